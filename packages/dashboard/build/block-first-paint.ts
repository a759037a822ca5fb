import type { Plugin } from 'vite'

/**
 * Lets the first paint wait for the script, where browsers know how: otherwise a reader who chose the dark page on a
 * light system sees a white flash. Vite writes the script element itself and drops the attribute from index.html.
 */
export function blockFirstPaint(): Plugin {
  return {
    name: 'block-first-paint',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
    },
  }
}
