import type { ComponentChildren } from 'preact'

export interface FormFieldProps {
  readonly label: string
  readonly hint?: string
  /** The control itself. */
  readonly children: ComponentChildren
}

/** A control of a form with its name, and what to know about it. */
export function FormField({ label, hint, children }: FormFieldProps) {
  return (
    <label class="form__field">
      <span>{label}</span>
      {children}
      {hint !== undefined && <small class="quiet">{hint}</small>}
    </label>
  )
}
