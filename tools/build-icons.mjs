// Draws browser/approve/public/icon.svg as PNG, for those that do not take SVG: shapes are distances, edges are soft over one pixel.

import { crc32, deflateSync } from 'node:zlib';

/** @typedef {readonly [number, number, number]} Colour */
/** @typedef {(x: number, y: number) => number} Shape distance to its edge in units of the drawing, negative inside */

const ground = /** @type {Colour} */ ([11, 92, 104]);
const ink = /** @type {Colour} */ ([255, 255, 255]);

/** The drawing is 32 units wide. */
const width = 32;

/** @type {Shape} */
const plate = (x, y) => {
  const [dx, dy] = [Math.abs(x - 16) - 9, Math.abs(y - 16) - 9];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - 7;
};

/** @type {Shape} */
const keeper = (x, y) => {
  const arch = y < 15 ? Math.abs(Math.hypot(x - 16, y - 15) - 8) : toLine(Math.abs(x - 16) + 16, y, 24, 15, 26);
  return Math.min(arch - 1.3, Math.hypot(x - 16, y - 16.6) - 2.7, toLine(x, y, 16, 17.5, 24.7) - 1.3);
};

/** Distance to an upright line. @param {number} x @param {number} y @param {number} at @param {number} from @param {number} to */
function toLine(x, y, at, from, to) {
  return Math.hypot(x - at, y - Math.min(Math.max(y, from), to));
}

/** All icons by file name. */
export function icons() {
  return {
    'icon-180.png': draw(180, 1, true),
    'icon-192.png': draw(192, 1, false),
    'icon-512.png': draw(512, 1, false),
    // A launcher may cut away all but the middle four fifths.
    'icon-maskable.png': draw(512, 0.72, true),
    'badge.png': drawBadge(96),
  };
}

/** @param {number} size in pixels @param {number} scale of the drawing @param {boolean} isFull without corners */
function draw(size, scale, isFull) {
  return paint(size, scale, (x, y, soft) => {
    const share = soft(keeper(x, y));
    const colour = ground.map((value, index) => Math.round(value + ((ink[index] ?? 0) - value) * share));
    return [...colour, isFull ? 255 : Math.round(255 * soft(plate(x, y)))];
  });
}

/** White on nothing: systems take the opacity only. @param {number} size */
function drawBadge(size) {
  return paint(size, 1.35, (x, y, soft) => [255, 255, 255, Math.round(255 * soft(keeper(x, y)))]);
}

/**
 * @param {number} size
 * @param {number} scale
 * @param {(x: number, y: number, soft: (distance: number) => number) => number[]} colourAt
 */
function paint(size, scale, colourAt) {
  const pixel = width / size / scale;
  const soft = (/** @type {number} */ distance) => Math.min(1, Math.max(0, 0.5 - distance / pixel));
  const rows = Array.from({ length: size }, (_, row) => {
    const at = (/** @type {number} */ index) => 16 + (index + 0.5 - size / 2) * pixel;
    return [0, ...Array.from({ length: size }, (__, column) => colourAt(at(column), at(row), soft)).flat()];
  });
  return toPng(size, Buffer.from(rows.flat()));
}

/** PNG (W3C, third edition) of 8 bits for red, green, blue and opacity. @param {number} size @param {Buffer} rows */
function toPng(size, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
