import { useDashboard } from '../../state/use-dashboard.ts'

const NOTES = [
  null,
  'This project keeps no IP addresses: who sends neither a user id, an API key nor an OAuth client is not told apart, and counts as unknown.',
  'This project never reads IP addresses: who sends neither a user id, an API key nor an OAuth client is not told apart, and countries are unknown.',
] as const

/** What the privacy level of the project hides from this view. */
export function PrivacyNote() {
  const { project } = useDashboard()
  const note = NOTES[project.value?.privacyFloor ?? 0] ?? null
  return note === null ? null : <p class="banner">{note}</p>
}
