import type { MonitorReport, StatusPage } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'

export interface StatusPagesCardProps {
  readonly pages: readonly StatusPage[]
  readonly monitors: readonly MonitorReport[]
}

/** What everybody may see of monitors. */
export function StatusPagesCard({ pages, monitors }: StatusPagesCardProps) {
  const { serverUrl } = useDashboard()
  const removing = useChange()
  const columns: readonly Column<StatusPage>[] = [
    {
      id: 'title',
      title: 'Page',
      cell: ({ slug, title }) => (
        <a class="link" href={new URL(`status/${slug}`, serverUrl).href}>
          <bdi>{title}</bdi>
        </a>
      ),
    },
    { id: 'monitors', title: 'Shows', cell: ({ monitors: shown, showsTraffic }) => <bdi>{[...shown.map(({ name }) => name), ...(showsTraffic ? ['real requests'] : [])].join(', ')}</bdi> },
    {
      id: 'actions',
      title: 'Actions',
      cell: ({ slug, title }) => (
        <button
          type="button"
          class="button button--small button--plain"
          aria-label={`Remove the page ${title}`}
          onClick={() => void removing.make({ method: 'DELETE', path: `api/v1/status-pages?${new URLSearchParams({ slug }).toString()}` }, record({}))}
        >
          Remove
        </button>
      ),
    },
  ]
  return (
    <Card title="Status pages">
      <DataTable caption="Status pages" columns={columns} rows={pages} rowKey={({ slug }) => slug} empty="There is none. Everybody who reaches this server sees what one shows." limit={10} isLabelled />
      <p role="alert">{removing.refusal}</p>
      <PageForm monitors={monitors} />
    </Card>
  )
}

function PageForm({ monitors }: Pick<StatusPagesCardProps, 'monitors'>) {
  const title = useSignal('')
  const slug = useSignal('')
  const description = useSignal('')
  const showsTraffic = useSignal(false)
  /** Ids of those that are left out. */
  const without = useSignal<readonly string[]>([])
  const { isBusy, refusal, make } = useChange()

  async function save(event: Event) {
    event.preventDefault()
    const shown = monitors.filter(({ id }) => !without.value.includes(id)).map(({ id, name }) => ({ monitor: id, name }))
    const body = { slug: slug.value.trim(), title: title.value.trim(), description: description.value.trim(), showsTraffic: showsTraffic.value, monitors: shown }
    if ((await make({ method: 'PUT', path: 'api/v1/status-pages', body }, record({}))) !== null) title.value = slug.value = description.value = ''
  }
  return (
    <details class="form__more">
      <summary>Make or change a page</summary>
      <form class="form" onSubmit={(event) => void save(event)}>
        <FormField label="Title">
          <input required maxLength={100} value={title.value} onInput={(event) => (title.value = event.currentTarget.value)} />
        </FormField>
        <FormField label="Last part of its address" hint="Small letters, digits and dashes; that of a page changes it">
          <input required pattern="[a-z0-9][a-z0-9\-]{1,62}[a-z0-9]" value={slug.value} onInput={(event) => (slug.value = event.currentTarget.value)} />
        </FormField>
        <FormField label="Words below the title">
          <input maxLength={500} value={description.value} onInput={(event) => (description.value = event.currentTarget.value)} />
        </FormField>
        <fieldset class="form__choices">
          <legend>It shows</legend>
          {monitors.map(({ id, name }) => (
            <label key={id}>
              <input
                type="checkbox"
                checked={!without.value.includes(id)}
                onChange={(event) => (without.value = event.currentTarget.checked ? without.value.filter((each) => each !== id) : [...without.value, id])}
              />
              <bdi>{name}</bdi>
            </label>
          ))}
          <label>
            <input type="checkbox" checked={showsTraffic.value} onChange={(event) => (showsTraffic.value = event.currentTarget.checked)} />
            What part of the real requests went well
          </label>
        </fieldset>
        <p class="form__actions">
          <button type="submit" class="button" disabled={isBusy}>
            Publish the page
          </button>
        </p>
        <p role="alert">{refusal}</p>
      </form>
    </details>
  )
}
