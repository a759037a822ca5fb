import { openEmbeddedStore, type DuckDbSettings } from '../store/open-store.ts'
import type { EmbeddedStore } from '../store/store.ts'

/** A store in which the sums of files are made by the time an append resolves, and not a moment later. */
export async function openSettled(settings: DuckDbSettings): Promise<EmbeddedStore> {
  const store = await openEmbeddedStore(settings)
  return {
    ...store,
    async append(segment) {
      await store.append(segment)
      await store.settle()
    },
  }
}
