//! A ThumbHash, drawn: a few bytes that are a blurred idea of a picture. After https://evanw.github.io/thumbhash/ (MIT), which
//! our server writes them by.

export interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue and opacity of each pixel. */
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** Pixels of the longer side. */
const SIDE = 32;
/** Waves in one direction at most. */
const WAVES = 7;
const CHROMA = 3;
const ALPHA = 5;

interface Channel {
  columns: number;
  rows: number;
  mean: number;
  /** How much of each wave there is, of the waves that are kept: the lower ones. */
  waves: number[];
}

/** `undefined` for what is no ThumbHash. */
export function pixelsOf(base64: string): Pixels | undefined {
  const hash = bytesOf(base64);
  const at = (index: number) => hash[index] ?? 0;
  if (hash.length < 6) return undefined;
  const header = at(0) | (at(1) << 8) | (at(2) << 16);
  const shape = at(3) | (at(4) << 8);
  const hasAlpha = header >> 23 !== 0;
  const landscape = shape >> 15 !== 0;
  const most = hasAlpha ? 5 : 7;
  const short = Math.max(CHROMA, shape & 7);
  const [lightColumns, lightRows] = landscape ? [most, short] : [short, most];

  let nibble = (hasAlpha ? 6 : 5) * 2;
  function channel(columns: number, rows: number, mean: number, scale: number): Channel {
    const waves: number[] = [];
    for (let row = 0; row < rows; row += 1) {
      for (let column = row === 0 ? 1 : 0; column * rows < columns * (rows - row); column += 1) {
        const four = (at(nibble >> 1) >> ((nibble & 1) * 4)) & 15;
        waves.push((four / 7.5 - 1) * scale);
        nibble += 1;
      }
    }
    return { columns, rows, mean, waves };
  }
  // What rounding took of the colours is given back: a quarter more.
  const light = channel(lightColumns, lightRows, (header & 63) / 63, ((header >> 18) & 31) / 31);
  const yellowBlue = channel(
    CHROMA,
    CHROMA,
    ((header >> 6) & 63) / 31.5 - 1,
    (((shape >> 3) & 63) / 63) * 1.25,
  );
  const redGreen = channel(
    CHROMA,
    CHROMA,
    ((header >> 12) & 63) / 31.5 - 1,
    (((shape >> 9) & 63) / 63) * 1.25,
  );
  const alpha = hasAlpha ? channel(ALPHA, ALPHA, (at(5) & 15) / 15, (at(5) >> 4) / 15) : undefined;
  // The waves were cut to the shape of the picture: they tell it.
  const stored = shape & 7 || 1;
  const ratio = landscape ? most / stored : stored / most;
  return draw(ratio, light, yellowBlue, redGreen, alpha);
}

function draw(
  ratio: number,
  light: Channel,
  yellowBlue: Channel,
  redGreen: Channel,
  alpha: Channel | undefined,
): Pixels {
  const width = Math.max(1, Math.round(ratio > 1 ? SIDE : SIDE * ratio));
  const height = Math.max(1, Math.round(ratio > 1 ? SIDE / ratio : SIDE));
  const data = new Uint8ClampedArray(width * height * 4);
  const across = wavesOver(width);
  const down = wavesOver(height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = ({ columns, rows, mean, waves }: Channel) => {
        let sum = mean;
        let index = 0;
        for (let row = 0; row < rows; row += 1) {
          const twice = 2 * (down[y * WAVES + row] ?? 0);
          for (let column = row === 0 ? 1 : 0; column * rows < columns * (rows - row); column += 1) {
            sum += (waves[index] ?? 0) * (across[x * WAVES + column] ?? 0) * twice;
            index += 1;
          }
        }
        return sum;
      };
      const l = value(light);
      const q = value(redGreen);
      const blue = l - (2 / 3) * value(yellowBlue);
      const red = (3 * l - blue + q) / 2;
      const opacity = alpha ? value(alpha) : 1;
      data.set([red * 255, (red - q) * 255, blue * 255, opacity * 255], (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

/** The height of each wave at each of so many pixels. */
function wavesOver(pixels: number): number[] {
  return Array.from({ length: pixels * WAVES }, (_, index) => {
    const pixel = Math.floor(index / WAVES);
    return Math.cos((Math.PI / pixels) * (pixel + 0.5) * (index % WAVES));
  });
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
