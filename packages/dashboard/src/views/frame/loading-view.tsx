/** A view's outline until its first answer: everything gets its place, so that nothing jumps when it comes. */
export function LoadingView() {
  return (
    <div class="view" aria-busy="true">
      <p class="visually-hidden" role="status">
        Loading…
      </p>
      <div class="card ghost-card ghost-card--tiles" aria-hidden="true" />
      <div class="card ghost-card ghost-card--chart" aria-hidden="true" />
      <div class="card ghost-card" aria-hidden="true" />
    </div>
  )
}
