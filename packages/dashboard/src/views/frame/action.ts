import type { RangeWord } from '@wayside/protocol'
import type { Chip } from '../../state/chip.ts'

/** What a reader can do from anywhere, by a key or in the palette. */
export type Action =
  | { readonly kind: 'view'; readonly name: string }
  | { readonly kind: 'range'; readonly range: RangeWord }
  | { readonly kind: 'filter'; readonly chip: Chip }
  | { readonly kind: 'project'; readonly id: string }
  /** As saved views hold them. */
  | { readonly kind: 'place'; readonly place: string; readonly query: string }
  | { readonly kind: 'refresh' | 'compare' | 'theme' | 'search' | 'clear' }
