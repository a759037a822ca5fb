import { Menu } from '../../widgets/menu.tsx'
import { onDemand } from '../on-demand.tsx'

const SharesList = onDemand(
  async () => (await import('./shares-list.tsx')).SharesList,
  () => <p class="quiet">Asking…</p>,
)

/** Links that show the project's numbers to others: makes them of the filters that are set, and ends them. */
export function ShareMenu() {
  return (
    <Menu label="Share" name="Share these numbers">
      {() => <SharesList.Body />}
    </Menu>
  )
}
