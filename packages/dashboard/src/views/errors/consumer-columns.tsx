import type { Row } from '../../api/rows.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { countColumn, seenColumn } from '../cards/columns.tsx'
import { ConsumerName } from '../cards/consumer-name.tsx'
import { Pick } from '../cards/pick.tsx'

/** For whom requests failed. @param now - milliseconds since 1970 */
export function toConsumerColumns(now: number): readonly Column<Row>[] {
  return [
    {
      id: 'consumer',
      title: 'Consumer',
      cell: ({ keys: [consumer = null, kind = null] }) => (
        <Pick dimension="consumer" value={consumer}>
          <ConsumerName consumer={consumer} kind={kind} />
        </Pick>
      ),
    },
    countColumn('requests', 'Requests'),
    seenColumn(now),
  ]
}
