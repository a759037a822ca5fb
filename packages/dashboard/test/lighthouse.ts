// Judges the overview by Lighthouse, desktop preset, with a month of a shop's requests: the median of five loads. FOLDER is where
// npm has put lighthouse.
// node --conditions=@wayside/source packages/dashboard/test/lighthouse.ts FOLDER
import { join } from 'node:path'
import { argv, env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { setup } from './e2e/build-page.ts'
import { openShop } from './e2e/shop.ts'

/** Least scores of 100. */
const LEAST = { performance: 98, accessibility: 100, 'best-practices': 100 } as const
const RUNS = 5
const EVENTS = 40_000

type Category = keyof typeof LEAST
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const satisfies readonly Category[]

/** What is used of Lighthouse and of the browser that it drives; neither is a dependency of the workspace. */
interface Lighthouse {
  default(url: string, flags: object, config: unknown, tab: Tab): Promise<{ readonly lhr: Judgement } | undefined>
  readonly desktopConfig: unknown
}
interface Judgement {
  readonly categories: Readonly<Record<Category, { readonly score: number | null; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }>>
  readonly audits: Readonly<Record<string, { readonly title: string; readonly score: number | null; readonly displayValue?: string }>>
}
interface Tab {
  goto(url: string): Promise<unknown>
  waitForSelector(selector: string): Promise<unknown>
  close(): Promise<void>
}
interface Puppeteer {
  launch(options: object): Promise<{ newPage(): Promise<Tab>; close(): Promise<void> }>
}

const [folder = ''] = argv.slice(2)
// The boundary casts: what the installed version exports.
const lighthouse = (await importFrom('lighthouse/core/index.js')) as Lighthouse
const puppeteer = ((await importFrom('puppeteer-core/lib/puppeteer/puppeteer-core.js')) as { readonly default: Puppeteer }).default

await setup()
const shop = await openShop(EVENTS)
const browser = await puppeteer.launch({ executablePath: env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: ['--no-sandbox', '--headless=new'] })
try {
  const judged: Judgement[] = []
  while (judged.length < RUNS) judged.push(await judge())
  const medians = CATEGORIES.map((category) => [category, median(judged.map(({ categories }) => toScore(categories[category].score)))] as const)
  console.log(medians.map(([category, score]) => `${category} ${score}`).join(', '))
  const short = medians.filter(([category, score]) => score < LEAST[category])
  if (short.length > 0) throw new Error(short.map(([category, score]) => `${category} ${score}, at least ${LEAST[category]} is wanted: ${faultsOf(judged, category)}`).join('\n'))
} finally {
  await browser.close()
  await shop.close()
}

/** One load, by somebody whose tab holds a key already. */
async function judge(): Promise<Judgement> {
  const tab = await browser.newPage()
  try {
    await tab.goto(`${shop.url}#key=${shop.key}`)
    await tab.waitForSelector('.view[aria-busy=false]')
    const result = await lighthouse.default(shop.url, { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: 'error' }, lighthouse.desktopConfig, tab)
    if (result === undefined) throw new Error('Lighthouse judged nothing')
    return result.lhr
  } finally {
    await tab.close()
  }
}

function toScore(score: number | null): number {
  return Math.round((score ?? 0) * 100)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** What the last load lost points for. */
function faultsOf(judged: readonly Judgement[], category: Category): string {
  const last = judged.at(-1)
  const audits = last?.categories[category].auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => last.audits[id]) ?? []
  return audits.flatMap((audit) => (audit === undefined || audit.score === null || audit.score >= 0.98 ? [] : [`${audit.title} ${audit.displayValue ?? ''}`.trim()])).join('; ')
}

function importFrom(path: string): Promise<unknown> {
  return import(pathToFileURL(join(folder, 'node_modules', path)).href)
}
