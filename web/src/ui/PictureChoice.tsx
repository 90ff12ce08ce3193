import { Trash2, Upload } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Alert } from "./Alert";
import { Dialog } from "./Dialog";
import { PictureRefused, squareOf } from "./square";

interface Props {
  /** There is one that can be taken away. */
  present: boolean;
  /** Tells from 0 to 1 how far it has come. */
  onSet: (picture: Blob, onProgress: (part: number) => void) => Promise<unknown>;
  onRemove: () => Promise<unknown>;
  /** What to say when one of them fails. */
  sentenceOf: (failure: unknown) => string;
  className?: string;
}

/** The buttons with which somebody chooses a picture or takes it away. */
export function PictureChoice({ present, onSet, onRemove, sentenceOf, className = "" }: Props) {
  const { t } = useTranslation();
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
      await onRemove();
    } catch (failure) {
      setError(sentenceOf(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <div className={`flex flex-wrap gap-2 ${className}`}>
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
        {present && (
          <button type="button" className="btn btn-sm" disabled={busy} onClick={() => void remove()}>
            <Trash2 aria-hidden="true" className="size-4" />
            {t("settings.removePicture")}
          </button>
        )}
      </div>
      {error && <Alert kind="error">{error}</Alert>}
      {picked && (
        <Preview picture={picked} onSet={onSet} sentenceOf={sentenceOf} onClose={() => setPicked(null)} />
      )}
    </>
  );
}

interface PreviewProps extends Pick<Props, "onSet" | "sentenceOf"> {
  picture: Blob;
  onClose: () => void;
}

/** What was picked, as others would see it; then its way to the server. */
function Preview({ picture, onSet, sentenceOf, onClose }: PreviewProps) {
  const { t } = useTranslation();
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
      await onSet(picture, setSent);
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
