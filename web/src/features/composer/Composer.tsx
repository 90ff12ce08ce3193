import { Check, Paperclip, SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { type ChangesRoot, editMessage } from "~/features/changes/slice";
import { type Chat, lastOwn } from "~/features/messages/slice";
import { type OutboxState, selectSlowed, send, sendable } from "~/features/outbox/slice";
import { selectMe, selectServer } from "~/features/session/slice";
import { paused } from "~/features/typing/slice";
import { chooseFiles, selectTray, taken, type UploadsRoot } from "~/features/uploads/slice";
import { useAppDispatch } from "~/hooks";
import { useSpoken } from "~/ui/use-spoken";
import { Above } from "./Above";
import { pastedFiles } from "./DropZone";
import {
  type ComposerRoot,
  draftChanged,
  type Edit,
  editChanged,
  editEnded,
  editStarted,
  replyEnded,
  selectDraft,
  selectEdit,
  selectReply,
} from "./slice";
import { Tray } from "./Tray";
import { useMentions } from "./use-mentions";

type Root = ComposerRoot & ChangesRoot & UploadsRoot & { outbox: OutboxState };

const LINES_MOST = 6;
/** From here on the number of characters that are left is shown. */
const NEAR_LIMIT = 100;
const DEFAULT_LIMIT = 1_000;

interface ComposerProps {
  /** The conversation as the outbox names it. */
  chatKey: string;
  /** Whom one writes to, for the label. */
  to: string;
  /** The conversation, once there is one. */
  chat?: Chat | undefined;
}

/** Where messages are written: Enter sends, Shift+Enter breaks the line. */
export function Composer({ chatKey, to, chat }: ComposerProps) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const me = useSelector((state: Root) => selectMe(state)?.id) ?? "";
  const draft = useSelector((state: Root) => selectDraft(state, chatKey));
  const edit = useSelector((state: Root) => selectEdit(state, chatKey));
  const reply = useSelector((state: Root) => selectReply(state, chatKey));
  const text = edit ? edit.text : draft;
  const limit = useSelector(selectServer)?.messageMaxChars ?? DEFAULT_LIMIT;
  const slowed = useSelector((state: Root) => selectSlowed(state));
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const tray = useSelector((state: Root) => selectTray(state, chatKey));
  const waitId = useId();
  /** What happens to the files; heard also after the last of them is gone. */
  const spoken = useSpoken();
  const unready = !edit && tray.some(({ state }) => state !== "done");
  const counterId = useId();
  const characters = [...sendable(text)].length;
  const left = limit - characters;
  const carries = characters > 0 || (!edit && tray.length > 0);
  const ready = carries && left >= 0 && !unready;

  // On a phone the keyboard would cover the conversation that was just opened.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation is the reason to focus again
  useEffect(() => {
    if (window.matchMedia?.("(pointer: fine)").matches) box.current?.focus();
  }, [chatKey]);

  // Whoever chose to answer or to edit wants to write, on a phone too.
  const chosen = edit?.message.id ?? reply?.messageId;
  const before = useRef(chosen);
  useEffect(() => {
    const element = box.current;
    if (chosen !== undefined && chosen !== before.current) {
      element?.focus();
      element?.setSelectionRange(element.value.length, element.value.length);
    }
    before.current = chosen;
  }, [chosen]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    const line = Number.parseFloat(getComputedStyle(element).lineHeight) || 24;
    const padding = element.offsetHeight - element.clientHeight + 20;
    element.style.height = `${Math.min(element.scrollHeight, line * LINES_MOST + padding)}px`;
  }, [text]);

  const write = (value: string) =>
    dispatch(edit ? editChanged({ key: chatKey, text: value }) : draftChanged({ key: chatKey, text: value }));
  const naming = useMentions({ box, text, write, chat, me });

  async function saveEdit({ message }: Edit) {
    const msg = sendable(text);
    dispatch(editEnded({ key: chatKey }));
    if (msg === message.msg) return;
    const done = await dispatch(editMessage(message, msg));
    // What was typed is not lost: it can be tried again, or taken elsewhere.
    if (!done) dispatch(editStarted({ key: chatKey, message, text: msg }));
  }

  function submit() {
    if (!ready) return;
    box.current?.focus();
    if (edit) {
      void saveEdit(edit);
      return;
    }
    const files = tray.flatMap(({ file }) => file ?? []);
    void dispatch(send(chatKey, text, reply, files));
    dispatch(taken(chatKey));
    dispatch(draftChanged({ key: chatKey, text: "" }));
    if (reply) dispatch(replyEnded({ key: chatKey }));
  }

  function choose(files: File[]) {
    dispatch(chooseFiles(chatKey, files));
    box.current?.focus();
  }

  function cancel() {
    if (edit) dispatch(editEnded({ key: chatKey }));
    else if (reply) dispatch(replyEnded({ key: chatKey }));
    box.current?.focus();
  }

  function editLast() {
    const last = chat && lastOwn(chat, me);
    if (last) dispatch(editStarted({ key: chatKey, message: last }));
    return last !== undefined;
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // While an input method composes, Enter chooses a word. 229 is what some browsers send for that.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (naming.onKeyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey) submit();
    else if (event.key === "Escape" && (edit || reply)) cancel();
    else if (event.key !== "ArrowUp" || text !== "" || edit || !editLast()) return;
    event.preventDefault();
  }

  return (
    <form
      className="mx-auto flex w-full max-w-3xl flex-wrap items-end gap-x-2 px-3 pt-1 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p role="status" className={slowed ? "text-quiet w-full px-4 pb-1 text-xs" : "sr-only"}>
        {slowed && t("composer.slowed")}
      </p>
      {!edit && (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            data-files
            onChange={({ target }) => {
              choose([...(target.files ?? [])]);
              // The same file can be picked once more.
              target.value = "";
            }}
          />
          <button
            type="button"
            className="btn btn-circle btn-ghost size-11.5"
            aria-label={t("uploads.attach")}
            title={t("uploads.attach")}
            onClick={() => picker.current?.click()}
          >
            <Paperclip aria-hidden="true" className="size-5" />
          </button>
        </>
      )}
      {spoken.region}
      <div className="relative min-w-0 flex-1 rounded-3xl border border-base-300 bg-base-100 focus-within:border-primary">
        {naming.list}
        {(edit || reply) && <Above chat={chat} me={me} edit={edit} reply={reply} onCancel={cancel} />}
        <Tray
          chatKey={chatKey}
          waitId={waitId}
          hidden={edit !== undefined}
          onEmptied={() => box.current?.focus()}
          onSaid={spoken.say}
        />
        <textarea
          ref={box}
          rows={1}
          value={text}
          onChange={(event) => {
            naming.onCaret(event.target.selectionEnd);
            write(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = edit ? [] : pastedFiles(event);
            if (files.length === 0) return;
            event.preventDefault();
            choose(files);
          }}
          {...naming.field}
          onBlur={() => {
            naming.field.onBlur();
            dispatch(paused(chatKey));
          }}
          aria-label={t("composer.to", { name: to })}
          aria-describedby={left <= NEAR_LIMIT ? counterId : undefined}
          aria-invalid={left < 0 || undefined}
          placeholder={t("composer.placeholder")}
          enterKeyHint="send"
          autoComplete="off"
          dir="auto"
          className="block w-full resize-none bg-transparent px-4 py-2.5 leading-6 outline-none placeholder:text-base-content/70!"
        />
        {left <= NEAR_LIMIT && (
          <p
            id={counterId}
            aria-live="polite"
            className={`px-4 pb-2 text-end text-xs ${left < 0 ? "font-medium text-error" : "text-quiet"}`}
          >
            {left < 0 ? t("composer.tooMany", { count: -left }) : t("composer.left", { count: left })}
          </p>
        )}
      </div>
      <button
        type="submit"
        disabled={!ready}
        aria-label={t(edit ? "composer.save" : "composer.send")}
        aria-describedby={unready ? waitId : undefined}
        className="btn btn-circle btn-primary size-11.5"
      >
        {edit ? (
          <Check aria-hidden="true" className="size-5" />
        ) : (
          <SendHorizontal aria-hidden="true" className="size-5 rtl:-scale-x-100" />
        )}
      </button>
    </form>
  );
}
