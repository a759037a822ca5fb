/** A view of the page with its time, its filters and what is chosen in it, under a name. */
export interface SavedView {
  readonly name: string
  /** The last part of its path; empty for the overview. */
  readonly place: string
  /** Its parameters, as in an address. */
  readonly query: string
}

/** What is saved for everybody who sees the project, by name. */
export interface SavedViewsList {
  /** Whether who asks may save and remove some. */
  readonly mayChange: boolean
  readonly views: readonly SavedView[]
}

/** Bounds of what may be saved. */
export const SAVED_VIEW_LIMITS = Object.freeze({ perProject: 100, nameLength: 80, queryLength: 4_096 })
