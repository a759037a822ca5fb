import { effect, signal, type ReadonlySignal } from '@preact/signals'
import type { ApiClient, Project } from '../api/api-client.ts'
import type { Session } from './session.ts'

/** The project of the session's key; `null` until the server has told. */
export function createProject(api: ApiClient, session: Session): ReadonlySignal<Project | null> {
  const project = signal<Project | null>(null)
  effect(() => {
    const key = session.key.value
    project.value = null
    if (key === null) return
    const ask = async () => {
      const result = await api.project(key)
      if (result.ok && session.key.peek() === key) project.value = result.value
    }
    void ask()
  })
  return project
}
