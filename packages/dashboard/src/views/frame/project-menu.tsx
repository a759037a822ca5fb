import type { Person } from '../../api/api-client.ts'
import { toKeyOfPerson } from '../../api/credentials.ts'
import { showProject } from '../../state/show-project.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Menu } from '../../widgets/menu.tsx'

/** The project that is shown, and a way to the person's others and to the account. */
export function ProjectMenu({ name, person }: { readonly name: string; readonly person: Person }) {
  const dashboard = useDashboard()
  const { serverUrl, session, dates } = dashboard
  return (
    <Menu label={<bdi class="bar__current">{name}</bdi>} name={`Project ${name}: choose another`}>
      {(close) => (
        <>
          <ul class="menu__values" aria-label="Projects">
            {person.projects.map((project) => {
              const isCurrent = toKeyOfPerson(project.id) === session.key.value
              return (
                <li key={project.id}>
                  <button type="button" class="menu__value" aria-current={isCurrent ? 'true' : undefined} onClick={() => (isCurrent ? close() : showProject(dashboard, project.id))}>
                    <bdi>{project.name}</bdi>
                    {project.removedAt !== null && !isCurrent && <small class="quiet menu__note">Nobody uses it: removed on {dates.value.day(project.removedAt)} unless somebody opens it</small>}
                  </button>
                </li>
              )
            })}
          </ul>
          <p class="menu__person">
            <bdi>{person.email}</bdi>
            <a class="link" href={`${serverUrl}account`}>
              Account
            </a>
          </p>
        </>
      )}
    </Menu>
  )
}
