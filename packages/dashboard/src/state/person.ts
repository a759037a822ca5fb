import { effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiClient, Person } from '../api/api-client.ts'
import { isOfPerson } from '../api/credentials.ts'
import type { Session } from './session.ts'

/** Who is logged in where the tab works for a person; `null` with a key, and until the server has told. */
export function createPerson(api: Pick<ApiClient, 'person'>, session: Session): ReadonlySignal<Person | null> {
  const person = signal<Person | null>(null)
  effect(() => {
    const key = session.key.value
    if (key === null || !isOfPerson(key)) {
      person.value = null
      return
    }
    const ask = async () => {
      const result = await api.person(key)
      if (result.ok && session.key.peek() === key) person.value = result.value
    }
    void ask()
  })
  return person
}
