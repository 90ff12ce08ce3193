import { useLayoutEffect, useRef } from "react";
import { pixelsOf } from "./thumb-hash";

/** A blurred idea of a picture, to fill its place until it is there. */
export default function ThumbHash({ hash, className = "" }: { hash: string; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    const pixels = pixelsOf(hash);
    if (!element || !pixels) return;
    element.width = pixels.width;
    element.height = pixels.height;
    element.getContext("2d")?.putImageData(new ImageData(pixels.data, pixels.width, pixels.height), 0, 0);
  }, [hash]);
  return (
    <span aria-hidden="true" className={className}>
      <canvas ref={canvas} className="block size-full" />
    </span>
  );
}
