//! How a picture is looked at: how large, and which part of it. Pure sums, for keys, wheels and fingers alike.

export interface Zoom {
  /** 1: as large as fits. */
  scale: number;
  /** How far its middle is from the middle of the frame, in CSS pixels. */
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The picture as large as fits, and the frame around it, in CSS pixels. */
export interface Sizes {
  picture: { width: number; height: number };
  frame: { width: number; height: number };
}

export const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
const LARGEST = 10;

function within({ scale, x, y }: Zoom, { picture, frame }: Sizes): Zoom {
  // A side that fits stays in the middle; one that does not leaves no gap at its edges.
  const reach = (length: number, room: number) => Math.max(0, (length * scale - room) / 2);
  const across = reach(picture.width, frame.width);
  const down = reach(picture.height, frame.height);
  return { scale, x: Math.min(across, Math.max(-across, x)), y: Math.min(down, Math.max(-down, y)) };
}

/** Larger or smaller by a factor; what is at the point, counted from the middle of the frame, stays there. */
export function zoomed(zoom: Zoom, by: number, at: Point, sizes: Sizes): Zoom {
  const scale = Math.min(LARGEST, Math.max(1, zoom.scale * by));
  const grown = scale / zoom.scale;
  const x = at.x - (at.x - zoom.x) * grown;
  const y = at.y - (at.y - zoom.y) * grown;
  return within({ scale, x, y }, sizes);
}

export function moved(zoom: Zoom, by: Point, sizes: Sizes): Zoom {
  return within({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, sizes);
}

/** Two fingers that were at the first two points are now at the other two: both what is between them and its size follow. */
export function pinched(
  zoom: Zoom,
  before: readonly [Point, Point],
  after: readonly [Point, Point],
  sizes: Sizes,
): Zoom {
  const distance = ([one, other]: readonly [Point, Point]) =>
    Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
  const middle = ([one, other]: readonly [Point, Point]) => ({
    x: (one.x + other.x) / 2,
    y: (one.y + other.y) / 2,
  });
  const from = middle(before);
  const to = middle(after);
  const larger = zoomed(zoom, distance(after) / distance(before), from, sizes);
  return moved(larger, { x: to.x - from.x, y: to.y - from.y }, sizes);
}
