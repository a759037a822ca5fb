import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Dashboard } from './dashboard.ts'

export const DashboardContext = createContext<Dashboard | null>(null)

/** The dashboard that a component is part of. */
export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext)
  if (dashboard === null) throw new Error('a component outside of DashboardContext asked for the dashboard')
  return dashboard
}
