import { crc32, deflateSync } from 'node:zlib'

/** A picture of a few colours: one byte a pixel, the place of its colour. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green and blue, 0 to 255; at most 256 colours. */
  readonly colours: readonly (readonly [red: number, green: number, blue: number])[]
  /** Row by row. */
  readonly pixels: Uint8Array
}

/** A picture as PNG (ISO/IEC 15948), with a palette. */
export function toPng({ width, height, colours, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, PALETTE, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height)
  // Before each row stands its filter: none.
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return Buffer.concat([SIGNATURE, toChunk('IHDR', header), toChunk('PLTE', Buffer.from(colours.flat())), toChunk('IDAT', deflateSync(rows, { level: 9 })), toChunk('IEND', Buffer.alloc(0))])
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PALETTE = 3

function toChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length, 0)
  body.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}
