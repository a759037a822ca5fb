import type { ComponentChildren } from 'preact'

export interface FigureItem {
  readonly label: string
  readonly value: ComponentChildren
}

/** Figures or facts, each with its name. */
export function FigureList({ items }: { readonly items: readonly FigureItem[] }) {
  return (
    <dl class="figures">
      {items.map(({ label, value }) => (
        <div class="figures__item" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
