import { Trash2, Upload } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "~/contract";
import { sentenceOf } from "~/failure";
import { useAppDispatch } from "~/hooks";
import { Alert } from "~/ui/Alert";
import { Avatar } from "~/ui/Avatar";
import { Dialog } from "~/ui/Dialog";
import { removeAvatar, setAvatar } from "./account-requests";
import { PictureRefused, squareOf } from "./square";

/** The picture, beside what names its owner, and what one can do about it. */
export function AvatarChoice({ me, children }: { me: Me; children: ReactNode }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const input = useRef<HTMLInputElement>(null);
  const [picked, setPicked] = useState<Blob | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function pick(file: File | undefined) {
    if (!file) return;
    setError(null);
    try {
      setPicked(await squareOf(file));
    } catch (failure) {
      setError(failure instanceof PictureRefused ? t(`settings.${failure.why}`) : sentenceOf(failure));
    }
  }

  async function remove() {
    setBusy(true);
    setError(null);
    try {
      await dispatch(removeAvatar());
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <div className="flex flex-wrap items-center gap-4">
        <Avatar name={me.displayName} seed={me.id} url={me.avatarUrl} size="large" />
        <div className="min-w-0 flex-1 basis-48">
          {children}
          <div className="mt-2 flex flex-wrap gap-2">
            <input
              ref={input}
              type="file"
              accept="image/*"
              hidden
              onChange={({ target }) => {
                void pick(target.files?.[0]);
                // The same file can be picked once more.
                target.value = "";
              }}
            />
            <button type="button" className="btn btn-sm" onClick={() => input.current?.click()}>
              <Upload aria-hidden="true" className="size-4" />
              {t("settings.choosePicture")}
            </button>
            {me.avatarUrl && (
              <button type="button" className="btn btn-sm" disabled={busy} onClick={() => void remove()}>
                <Trash2 aria-hidden="true" className="size-4" />
                {t("settings.removePicture")}
              </button>
            )}
          </div>
        </div>
      </div>
      {error && <Alert kind="error">{error}</Alert>}
      {picked && <Preview picture={picked} onClose={() => setPicked(null)} />}
    </>
  );
}

/** What was picked, as others would see it; then its way to the server. */
function Preview({ picture, onClose }: { picture: Blob; onClose: () => void }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const [url, setUrl] = useState("");
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);

  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);

  async function use() {
    setSent(0);
    setError(null);
    try {
      await dispatch(setAvatar(picture, setSent));
      onClose();
    } catch (failure) {
      setError(sentenceOf(failure));
      setSent(null);
    }
  }

  return (
    <Dialog title={t("settings.picture")} onClose={onClose}>
      <div className="flex flex-col items-center gap-3 py-4">
        {url && <img src={url} alt="" className="size-40 rounded-full object-cover" />}
        <p className="text-quiet text-sm">{t("settings.previewPicture")}</p>
        {sent !== null && (
          <progress
            className="progress progress-primary w-full"
            aria-label={t("settings.uploading")}
            value={sent}
            max={1}
          />
        )}
        {error && <Alert kind="error">{error}</Alert>}
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t("common.cancel")}
        </button>
        <button type="button" className="btn btn-primary" disabled={sent !== null} onClick={() => void use()}>
          {t("settings.usePicture")}
        </button>
      </div>
    </Dialog>
  );
}
