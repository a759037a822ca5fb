/** What a server's journal is called where several servers feed one store. */
export interface JournalName {
  /** Up to 64 letters, digits, `-` and `_`. Another journal under the same name would be taken for this one. */
  readonly owner: string
  /** Makes the ids of its events unlike those of other journals; 0 for the only one. */
  readonly number: number
}
