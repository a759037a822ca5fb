import { renderSVG } from 'uqr'

/** Modules of white around the code, as readers ask for (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** A QR code that says a text, as a `data:` address of an SVG image. */
export function toQrImage(text: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(renderSVG(text, { border: QUIET_ZONE })).toString('base64')}`
}
