import type { ComponentChildren } from 'preact'

export interface CardProps {
  readonly title: string
  /** Buttons and switches beside the title. */
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

/** A titled part of a view. */
export function Card({ title, actions, children }: CardProps) {
  return (
    <section class="card">
      <div class="card__head">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}
