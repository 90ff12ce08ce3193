//! What of a message's files are pictures, where they are, and how much room they take.
import type { Attachment } from "~/contract";

/** What the server calls a picture: these have their pixels looked at, and nothing in them can act. */
const PICTURES = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export const isPicture = ({ type }: Attachment): boolean => PICTURES.includes(type);
export const pathOf = ({ id }: Pick<Attachment, "id">): string => `/api/v1/files/${id}`;

const WIDEST = 416;
const HIGHEST = 320;
/** A line of one pixel still can be seen and pressed. */
const LEAST = 48;

/** The room of a picture in its message, in CSS pixels: its own, made to fit. */
export function placeOf({ width = WIDEST, height = HIGHEST }: Pick<Attachment, "width" | "height">) {
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return {
    width: Math.max(LEAST, Math.round(width * scale)),
    height: Math.max(LEAST, Math.round(height * scale)),
  };
}
