/** The overview's outline until its first answer: everything gets its place, so that nothing jumps when it comes. */
export function LoadingView() {
  return (
    <div class="overview" aria-busy="true">
      <p class="visually-hidden" role="status">
        Loading…
      </p>
      <div class="tiles" aria-hidden="true">
        {Array.from({ length: 8 }, (_, index) => (
          <div class="tile" key={index}>
            <div class="tile__label ghost">&nbsp;</div>
            <div class="tile__value ghost">&nbsp;</div>
            <div class="tile__change ghost">&nbsp;</div>
          </div>
        ))}
      </div>
      <div class="card ghost-card ghost-card--chart" aria-hidden="true" />
      <div class="card ghost-card" aria-hidden="true" />
    </div>
  )
}
