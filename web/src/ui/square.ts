//! From whatever somebody picked to a small square: what leaves this browser is not more than what is shown, and a photo of
//! many megabytes does not have to travel.

/** Larger than any photo; more would only fill the memory. */
const FILE_BYTES_MOST = 40 * 1024 * 1024;
/** Twice what the server keeps, so that it has something to make it from. */
const SIDE = 512;

/** Why there is no square. */
export class PictureRefused extends Error {
  override readonly name = "PictureRefused";
  readonly why: "noPicture" | "pictureTooLarge";

  constructor(why: PictureRefused["why"]) {
    super(why);
    this.why = why;
  }
}

/** The square in the middle of a picture. Rejects with a `PictureRefused`. */
export async function squareOf(file: Blob): Promise<Blob> {
  if (file.size > FILE_BYTES_MOST) throw new PictureRefused("pictureTooLarge");
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureRefused("noPicture");
  });
  try {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const side = Math.min(bitmap.width, bitmap.height);
    canvas.width = Math.min(side, SIDE);
    canvas.height = canvas.width;
    if (!pen || side === 0) throw new PictureRefused("noPicture");
    pen.imageSmoothingQuality = "high";
    const [left, top] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
    pen.drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      // A browser that makes no WebP makes a PNG.
      const made = (blob: Blob | null) => (blob ? resolve(blob) : reject(new PictureRefused("noPicture")));
      canvas.toBlob(made, "image/webp", 0.92);
    });
  } finally {
    bitmap.close();
  }
}
