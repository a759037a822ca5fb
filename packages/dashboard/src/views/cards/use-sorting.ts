import { formatNextOrder, parseOrder } from '../../state/order.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Sorting } from '../../widgets/data-table.tsx'

/** The order of a view's main table, kept in the address. */
export function useSorting(): Sorting {
  const { address, page } = useDashboard()
  const order = parseOrder(page.value.params)
  return { by: order.metric, isDescending: order.isDescending, onSort: (id) => address.set({ sort: formatNextOrder(order, id) }) }
}
