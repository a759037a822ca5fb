import { PERIODS, type Period } from '@wayside/protocol'
import { computed, type ReadonlySignal } from '@preact/signals'
import type { Address } from './address.ts'

/** The chosen period, kept in the address as `?period=`. */
export interface PeriodChoice {
  readonly value: ReadonlySignal<Period>
  /** @param way - see {@link Address.set} */
  choose(period: Period, way?: 'push' | 'replace'): void
}

/** What a page without `?period=` shows. */
const DEFAULT_PERIOD: Period = '24h'

export function createPeriodChoice(address: Address): PeriodChoice {
  const value = computed(() => parsePeriod(address.params.value.get('period')))
  return {
    value,
    choose(period, way) {
      if (period !== value.peek()) address.set('period', period === DEFAULT_PERIOD ? null : period, way)
    },
  }
}

/** Anything that is no period counts as the default: addresses are typed by hand. */
function parsePeriod(text: string | null): Period {
  return PERIODS.find((period) => period === text) ?? DEFAULT_PERIOD
}
