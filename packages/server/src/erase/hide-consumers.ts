import { toNamingFilter, type NamedConsumer } from '../store/named-consumer.ts'
import type { StoreFilter } from '../store/store-query.ts'
import type { Store } from '../store/store.ts'

/** A store whose answers leave out what names some consumers, whichever engine it is, until they are gone from it. */
export function hideConsumers(store: Store, hiddenIn: (projectId: number) => readonly NamedConsumer[]): Store {
  const filtersOf = (projectId: number) => hiddenIn(projectId).map((consumer): StoreFilter => ({ kind: 'not', filter: toNamingFilter(consumer) }))
  return {
    ...store,
    query(question) {
      const filters = filtersOf(question.projectId)
      if (filters.length === 0) return store.query(question)
      return store.query({ ...question, filter: { kind: 'and', filters: question.filter === null ? filters : [question.filter, ...filters] } })
    },
    list(query) {
      const filters = filtersOf(query.projectId)
      if (filters.length === 0) return store.list(query)
      const { where } = query.filters
      return store.list({ ...query, filters: { ...query.filters, where: { kind: 'and', filters: where === undefined ? filters : [where, ...filters] } } })
    },
  }
}
