export interface SegmentedProps<Value extends string> {
  /** Names the group, for screen readers. */
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly text: string; readonly title?: string }[]
  /** `null` while it is none of them. */
  readonly value: Value | null
  readonly onChoose: (value: Value) => void
}

/** One of a few choices, all in sight. Radio buttons underneath, so arrow keys and screen readers work as expected. */
export function Segmented<Value extends string>({ label, options, value, onChoose }: SegmentedProps<Value>) {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label class="segmented__option" key={option.value} title={option.title}>
          <input
            type="radio"
            name={label}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  )
}
