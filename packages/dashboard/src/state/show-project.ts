import { batch } from '@preact/signals'
import { toKeyOfPerson } from '../api/credentials.ts'
import { withChanges } from './address.ts'
import type { Dashboard } from './dashboard.ts'
import { toScopeParams } from './page.ts'

/** Turns the tab to another project of the person. What is chosen or filtered for is of the one that is left; view and time stay. */
export function showProject({ address, page, session }: Pick<Dashboard, 'address' | 'page' | 'session'>, id: string): void {
  const { name, params } = page.peek()
  batch(() => {
    session.signIn(toKeyOfPerson(id))
    address.go(name, withChanges(toScopeParams(params), { f: null }))
  })
}
