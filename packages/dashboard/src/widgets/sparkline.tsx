export interface SparklineProps {
  /** One for each interval; `null` where nothing was measured. */
  readonly values: readonly (number | null)[]
  /** The last interval still fills: it is left out, for it would look like a fall. */
  readonly isLastPartial: boolean
}

const WIDTH = 96
const HEIGHT = 24

/** The course of a figure, without scale, beside the figure itself; it says nothing to a screen reader that the chart does not. */
export function Sparkline({ values, isLastPartial }: SparklineProps) {
  const shown = isLastPartial && values.length > 2 ? values.slice(0, -1) : values
  const max = Math.max(0, ...shown.map((value) => value ?? 0))
  if (shown.length < 2) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" />
  const points = shown.map((value, at) => {
    const x = (at / (shown.length - 1)) * WIDTH
    const y = max === 0 ? HEIGHT - 1 : HEIGHT - 1 - ((value ?? 0) / max) * (HEIGHT - 2)
    return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
  })
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark__area" d={`M0 ${HEIGHT}L${points.join('L')}L${WIDTH} ${HEIGHT}Z`} />
      <path class="spark__line" d={`M${points.join('L')}`} />
    </svg>
  )
}
