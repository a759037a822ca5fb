import type { RawFiles } from '@wayside/protocol'
import { boolean, record } from '../../api/checks.ts'
import { Card } from '../../widgets/card.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { useChange } from '../use-change.ts'
import { FORMATS } from './formats.ts'

/** Which files are made by themselves. Who may not say so is told by the server. */
export function RawFilesCard({ files }: { readonly files: RawFiles }) {
  const { isBusy, refusal, make } = useChange()
  const change = (changes: Partial<RawFiles>) => void make({ method: 'PUT', path: 'api/v1/exports/files', body: { ...files, ...changes } }, record({ daily: boolean }))
  return (
    <Card title="By itself">
      <div class="tools">
        <label class="menu__check">
          <input type="checkbox" checked={files.daily} disabled={isBusy} onChange={({ currentTarget }) => change({ daily: currentTarget.checked })} />A file of each day
        </label>
        <label class="menu__check">
          <input type="checkbox" checked={files.monthly} disabled={isBusy} onChange={({ currentTarget }) => change({ monthly: currentTarget.checked })} />A file of each month
        </label>
        <Segmented label="Format of each" options={FORMATS} value={files.format} onChoose={(format) => change({ format })} />
        <p role="alert">{refusal}</p>
      </div>
    </Card>
  )
}
