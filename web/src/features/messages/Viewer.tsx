import { ChevronLeft, ChevronRight, Download, Maximize, X, ZoomIn, ZoomOut } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "~/contract";
import { Alert } from "~/ui/Alert";
import { fileSize } from "~/ui/format-size";
import ThumbHash from "~/ui/ThumbHash";
import { pathOf, placeOf } from "./pictures";
import { moved, type Point, pinched, type Sizes, WHOLE, type Zoom, zoomed } from "./zoom";

interface ViewerProps {
  /** Those one can go to, in their order. */
  pictures: readonly Attachment[];
  shown: Attachment;
  onShow: (file: Attachment) => void;
  onClose: () => void;
}

const STEP = 1.5;
const DOUBLE = 2.5;
const PAN_PX = 80;
/** A finger that goes so far sideways means the next picture. */
const SWIPE_PX = 60;

/** Pictures, each as large as the window, or larger. */
export default function Viewer({ pictures, shown, onShow, onClose }: ViewerProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const keysId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  const at = pictures.findIndex(({ id }) => id === shown.id);
  const go = (step: number) => {
    const next = pictures[at + step];
    if (next) onShow(next);
  };
  const frame = useFrame({ go, onClose });
  const { zoom, reset } = frame;
  const { id } = shown;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture is looked at as a whole
  useLayoutEffect(reset, [id]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rtl = document.documentElement.dir === "rtl";
    const forward = rtl ? "ArrowLeft" : "ArrowRight";
    const arrow = ARROWS[event.key];
    if (event.key === "+" || event.key === "=") frame.zoomBy(STEP);
    else if (event.key === "-") frame.zoomBy(1 / STEP);
    else if (event.key === "0") reset();
    else if (event.key === "PageDown" || event.key === "PageUp") go(event.key === "PageDown" ? 1 : -1);
    // What is larger than the window is looked around in first.
    else if (arrow && zoom.scale > 1) frame.moveBy(arrow);
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") go(event.key === forward ? 1 : -1);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      aria-describedby={keysId}
      onClose={onClose}
      onKeyDown={onKeyDown}
      className="m-0 flex h-dvh max-h-none w-dvw max-w-none flex-col bg-black text-white backdrop:bg-black"
    >
      <header className="flex items-center gap-1 px-2 pt-[max(0.5rem,env(safe-area-inset-top))] pb-2">
        <div className="min-w-0 flex-1 px-2">
          <h2 id={titleId} className="truncate font-semibold">
            <bdi>{shown.name}</bdi>
          </h2>
          <p className="truncate text-xs text-white/80" role="status">
            {pictures.length > 1 && `${t("viewer.place", { at: at + 1, all: pictures.length })} · `}
            {fileSize(shown.size)}
          </p>
        </div>
        <p id={keysId} className="sr-only">
          {t("viewer.keys")}
        </p>
        <Tool
          icon={ZoomOut}
          label={t("viewer.zoomOut")}
          onClick={() => frame.zoomBy(1 / STEP)}
          off={zoom.scale === 1}
        />
        <Tool icon={ZoomIn} label={t("viewer.zoomIn")} onClick={() => frame.zoomBy(STEP)} />
        <Tool icon={Maximize} label={t("viewer.whole")} onClick={reset} off={zoom.scale === 1} />
        <a
          href={pathOf(shown)}
          download={shown.name}
          className={TOOL}
          aria-label={t("viewer.download")}
          title={t("viewer.download")}
        >
          <Download aria-hidden="true" className="size-5" />
        </a>
        <Tool icon={X} label={t("common.close")} onClick={onClose} />
      </header>
      <div
        ref={frame.ref}
        className={`relative min-h-0 flex-1 touch-none overflow-hidden select-none ${zoom.scale > 1 ? "cursor-grab active:cursor-grabbing" : ""}`}
        {...frame.handlers}
      >
        <Picture key={id} file={shown} zoom={zoom} />
        {at > 0 && (
          <Tool icon={ChevronLeft} label={t("viewer.previous")} onClick={() => go(-1)} place="start-2" />
        )}
        {at >= 0 && at < pictures.length - 1 && (
          <Tool icon={ChevronRight} label={t("viewer.next")} onClick={() => go(1)} place="end-2" />
        )}
      </div>
    </dialog>
  );
}

const ARROWS: Record<string, Point> = {
  ArrowRight: { x: -PAN_PX, y: 0 },
  ArrowLeft: { x: PAN_PX, y: 0 },
  ArrowDown: { x: 0, y: -PAN_PX },
  ArrowUp: { x: 0, y: PAN_PX },
};

const TOOL =
  "grid size-10 shrink-0 cursor-pointer place-items-center rounded-full text-white hover:bg-white/20 disabled:cursor-default disabled:opacity-40";

interface ToolProps {
  icon: typeof X;
  label: string;
  onClick: () => void;
  off?: boolean;
  /** At a side of the picture. */
  place?: string;
}

function Tool({ icon: Icon, label, onClick, off = false, place }: ToolProps) {
  const beside = place === undefined ? "" : `absolute top-1/2 -translate-y-1/2 bg-black/60 ${place}`;
  return (
    // Not switched off for good: that would take the focus away from who just pressed it.
    <button
      type="button"
      className={`${TOOL} ${beside} ${off ? "opacity-40" : ""}`}
      aria-label={label}
      aria-disabled={off || undefined}
      title={label}
      onClick={onClick}
    >
      <Icon aria-hidden="true" className={`size-5 ${place === undefined ? "" : "rtl:-scale-x-100"}`} />
    </button>
  );
}

/** The picture; until it is there what the message showed of it, in the same place. */
function Picture({ file, zoom }: { file: Attachment; zoom: Zoom }) {
  const { t } = useTranslation();
  const [state, setState] = useState<"loading" | "there" | "failed">("loading");
  const { width, height } =
    file.width && file.height ? { width: file.width, height: file.height } : placeOf(file);
  // As large as fits, and no larger than it is.
  const fit = {
    width: `min(${width}px, 100cqw, 100cqh * ${width / height})`,
    aspectRatio: `${width} / ${height}`,
  };
  return (
    <div className="@container-size absolute inset-0 grid place-items-center">
      <div
        data-zoomed={zoom.scale}
        className="relative"
        style={{ ...fit, transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
      >
        {state !== "there" && file.thumbHash && (
          <ThumbHash hash={file.thumbHash} className="absolute inset-0 size-full" />
        )}
        {state !== "there" && file.thumbnail && (
          <img src={`${pathOf(file)}/thumbnail`} alt="" className="absolute inset-0 size-full" />
        )}
        <img
          src={pathOf(file)}
          alt={file.name}
          draggable={false}
          className={`relative size-full ${state === "failed" ? "invisible" : ""}`}
          onLoad={() => setState("there")}
          onError={() => setState("failed")}
        />
      </div>
      {state === "failed" && (
        <div className="absolute bottom-4 max-w-sm rounded-field bg-base-100 text-base-content">
          <Alert kind="error">{t("viewer.failed")}</Alert>
        </div>
      )}
    </div>
  );
}

/** What wheel, mouse and fingers do to a picture in its frame. */
function useFrame({ go, onClose }: { go: (step: number) => void; onClose: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(WHOLE);
  const pointers = useRef(new Map<number, Point>());
  /** Where a press began that may become a swipe or a click, and whether a second finger came. */
  const press = useRef<{ from: Point; target: EventTarget | null; several: boolean } | null>(null);

  const sizes = (): Sizes => {
    const frame = ref.current;
    const picture = frame?.querySelector<HTMLElement>("[data-zoomed]");
    return {
      picture: { width: picture?.offsetWidth ?? 0, height: picture?.offsetHeight ?? 0 },
      frame: { width: frame?.clientWidth ?? 0, height: frame?.clientHeight ?? 0 },
    };
  };
  const fromMiddle = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = ref.current?.getBoundingClientRect();
    return box
      ? { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 }
      : { x: 0, y: 0 };
  };
  const zoomBy = (by: number, at: Point = { x: 0, y: 0 }) => setZoom((it) => zoomed(it, by, at, sizes()));
  const moveBy = (by: Point) => setZoom((it) => moved(it, by, sizes()));

  // React's own listener may not prevent the browser from zooming the page.
  const wheel = useRef((_: WheelEvent) => {});
  wheel.current = (event) => {
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 400), fromMiddle(event));
  };
  useEffect(() => {
    const frame = ref.current;
    const onWheel = (event: WheelEvent) => wheel.current(event);
    frame?.addEventListener("wheel", onWheel, { passive: false });
    return () => frame?.removeEventListener("wheel", onWheel);
  }, []);

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0 || (event.target as Element).closest("button")) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = fromMiddle(event);
      if (pointers.current.size === 0) press.current = { from, target: event.target, several: false };
      else if (press.current) press.current.several = true;
      if (pointers.current.size < 2) pointers.current.set(event.pointerId, from);
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = fromMiddle(event);
      const [other] = [...pointers.current].flatMap(([id, point]) => (id === event.pointerId ? [] : [point]));
      pointers.current.set(event.pointerId, now);
      if (other) setZoom((it) => pinched(it, [before, other], [now, other], sizes()));
      else moveBy({ x: now.x - before.x, y: now.y - before.y });
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      const known = pointers.current.delete(event.pointerId);
      const began = press.current;
      if (!known || !began || pointers.current.size > 0) return;
      press.current = null;
      if (began.several || zoom.scale > 1) return;
      const now = fromMiddle(event);
      const across = now.x - began.from.x;
      const down = now.y - began.from.y;
      const rtl = document.documentElement.dir === "rtl";
      if (Math.abs(across) > SWIPE_PX && Math.abs(across) > 1.5 * Math.abs(down))
        go(across < 0 === rtl ? -1 : 1);
      // Beside the picture is out of it.
      else if (Math.hypot(across, down) < 5 && !(began.target as Element).closest("[data-zoomed]")) onClose();
    },
    onPointerCancel(event: PointerEvent<HTMLDivElement>) {
      pointers.current.delete(event.pointerId);
      press.current = null;
    },
    onDoubleClick(event: React.MouseEvent<HTMLDivElement>) {
      if ((event.target as Element).closest("button")) return;
      if (zoom.scale > 1) setZoom(WHOLE);
      else zoomBy(DOUBLE, fromMiddle(event));
    },
  };
  return { ref, zoom, zoomBy, moveBy, reset: () => setZoom(WHOLE), handlers };
}
