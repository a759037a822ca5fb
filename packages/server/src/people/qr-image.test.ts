import jsqr from 'jsqr'
import { expect, test } from 'vitest'
import { toQrImage } from './qr-image.ts'
import { toTotpUrl } from './totp.ts'

/** Looks at an image as a camera does. */
function readCode(image: string): string | null {
  const svg = Buffer.from(image.replace('data:image/svg+xml;base64,', ''), 'base64').toString()
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)?.[1])
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  for (const [, left, top, width] of svg.matchAll(/M(\d+),(\d+)h(\d+)v\d+h-\d+z/g))
    for (let y = Number(top); y < Number(top) + Number(width); y++)
      for (let x = Number(left); x < Number(left) + Number(width); x++) pixels.set([0, 0, 0, 255], (y * size + x) * 4)
  return jsqr.default(pixels, size, size)?.data ?? null
}

test.each(['a@example.org', `${'long-name'.repeat(20)}+tag@example.org`, 'ä@例え.jp'])('an authenticator app reads the secret of %s from the image', (email) => {
  const url = toTotpUrl(Buffer.alloc(20, 7), email)

  expect(readCode(toQrImage(url))).toBe(url)
})
