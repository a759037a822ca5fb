import type { MailFrequency, MailReportRecipients, MailReportsList } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { boolean, record } from '../../api/checks.ts'
import { Card } from '../../widgets/card.tsx'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'

const NAMES: Readonly<Record<MailFrequency, string>> = { daily: 'Each day to', weekly: 'Each week to', monthly: 'Each month to' }

/** Who gets reports by e-mail. */
export function MailReportsCard({ list: { canSend, reports } }: { readonly list: MailReportsList }) {
  return (
    <Card title="Reports by e-mail">
      {canSend ? (
        // Named by who gets it, so that a field shows what the server has taken.
        reports.map((report) => <Recipients key={`${report.frequency} ${report.recipients.join()}`} report={report} />)
      ) : (
        <p class="table__empty">This server sends no e-mail: give it --smtp-url, --mail-from and --public-url.</p>
      )}
    </Card>
  )
}

function Recipients({ report: { frequency, recipients } }: { readonly report: MailReportRecipients }) {
  const written = useSignal(recipients.join(', '))
  const { isBusy, refusal, make } = useChange()

  async function save(event: Event) {
    event.preventDefault()
    const addresses = written.value.split(/[\s,;]+/).filter((address) => address !== '')
    await make({ method: 'PUT', path: 'api/v1/reports', body: { frequency, recipients: addresses } }, record({ canSend: boolean }))
  }

  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <FormField label={NAMES[frequency]}>
        <input inputMode="email" autocomplete="off" placeholder="ada@example.com, eve@example.com" value={written.value} onInput={({ currentTarget }) => (written.value = currentTarget.value)} />
      </FormField>
      <p class="form__actions">
        <button type="submit" class="button button--small" aria-label={`Save: ${NAMES[frequency]}`} disabled={isBusy}>
          Save
        </button>
      </p>
      <p role="alert">{refusal}</p>
    </form>
  )
}
