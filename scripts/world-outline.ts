// Makes the outline of the dashboard's map: `node scripts/world-outline.ts countries-110m.json codes.json`. The first file is of world-atlas 2.0.2 (ISC;
// the data is Natural Earth's, in the public domain), the second of i18n-iso-countries 7.14.0 (MIT). Countries do not change with a
// build, so the outline is committed and neither package is installed.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { root } from './run-command.ts'

type Point = readonly [x: number, y: number]
type Ring = readonly number[]

/** What is read of TopoJSON. */
interface Topology {
  readonly transform: { readonly scale: Point; readonly translate: Point }
  readonly arcs: readonly (readonly Point[])[]
  readonly objects: { readonly countries: { readonly geometries: readonly Geometry[] } }
}

interface Geometry {
  readonly id?: string
  readonly properties: { readonly name: string }
  readonly type: 'Polygon' | 'MultiPolygon'
  readonly arcs: readonly Ring[] | readonly (readonly Ring[])[]
}

const WIDTH = 1_000
/** Points closer than this to the line between their neighbours are left out, in units of the width. */
const TOLERANCE = 0.9
/** Islands smaller than this are left out, unless a country has nothing larger. */
const MIN_AREA = 3
const ANTARCTICA = '010'
/** Has no number in ISO 3166. Databases of addresses know it by this code. */
const KOSOVO = 'XK'

const [atlas, codes] = process.argv.slice(2)
if (atlas === undefined || codes === undefined) throw new Error('name two files: countries-110m.json of world-atlas and codes.json of i18n-iso-countries')
const topology = read<Topology>(atlas)
const alpha2 = new Map(read<readonly (readonly string[])[]>(codes).map(([two, , number]) => [number, two]))

const arcs = topology.arcs.map(decode).map(simplify)
const countries = topology.objects.countries.geometries
  .filter(({ id }) => id !== ANTARCTICA)
  .map((country) => ({ code: country.properties.name === 'Kosovo' ? KOSOVO : (alpha2.get(country.id) ?? null), rings: largest(ringsOf(country)) }))
const points = countries.flatMap(({ rings }) => rings.flat())
const [left, top] = [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))]
const [width, height] = [Math.max(...points.map(([x]) => x)) - left, Math.max(...points.map(([, y]) => y)) - top]

const lines = countries.map(({ code, rings }) => `  [${code === null ? 'null' : `'${code}'`}, '${rings.map(toPath).join('')}'],`)
const file = join(root, 'packages/dashboard/src/widgets/world-outline.ts')
writeFileSync(
  file,
  `/** Made by \`scripts/world-outline.ts\`, which says of what. The equal-area projection is Equal Earth. */
export const WORLD_WIDTH = ${width}
export const WORLD_HEIGHT = ${height}

/** Countries by their ISO 3166 code, \`null\` where there is none, as paths of SVG. */
export const WORLD_OUTLINE: readonly (readonly [code: string | null, path: string])[] = [
${lines.join('\n')}
]
`,
)

function read<Value>(path: string): Value {
  return JSON.parse(readFileSync(path, 'utf8')) as Value // The file of a version that is named above.
}

/** Undoes the deltas of an arc: degrees. */
function decode(arc: readonly Point[]): readonly Point[] {
  const { scale, translate } = topology.transform
  let [x, y] = [0, 0]
  return unwrap(arc.map(([dx, dy]): Point => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]))
}

/** Past the edge of the map a country goes on, in place of across all of the map. */
function unwrap(line: readonly Point[]): readonly Point[] {
  let turn = 0
  return line.map(([longitude, latitude], at): Point => {
    turn -= Math.round((longitude - (line[at - 1]?.[0] ?? longitude)) / 360)
    return [longitude + turn * 360, latitude]
  })
}

/** Equal Earth: Šavrič, Patterson, Jenny, 2018. Degrees to units of the width, downwards. */
function project([longitude, latitude]: Point): Point {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796]
  const t = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180))
  const slope = 9 * a4 * t ** 8 + 7 * a3 * t ** 6 + 3 * a2 * t ** 2 + a1
  const x = (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(t)) / (3 * slope)
  const y = a4 * t ** 9 + a3 * t ** 7 + a2 * t ** 3 + a1 * t
  const unit = WIDTH / ((4 * Math.sqrt(3) * Math.PI) / (3 * a1))
  return [x * unit, -y * unit]
}

/** Douglas and Peucker's. Countries share arcs, so borders stay the same on both sides. */
function simplify(line: readonly Point[]): readonly Point[] {
  const [first, last] = [line[0], line.at(-1)]
  if (first === undefined || last === undefined || line.length < 3) return line
  let [far, at] = [0, 0]
  for (const [index, point] of line.entries()) {
    const distance = distanceTo(project(point), project(first), project(last))
    if (distance > far) [far, at] = [distance, index]
  }
  return far <= TOLERANCE ? [first, last] : [...simplify(line.slice(0, at + 1)), ...simplify(line.slice(at)).slice(1)]
}

function distanceTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay)
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
}

/** Whole units: at the width of a page they are less than two pixels. */
function ringsOf({ type, arcs: of }: Geometry): readonly (readonly Point[])[] {
  const rings = type === 'Polygon' ? (of as readonly Ring[]) : (of as readonly (readonly Ring[])[]).flat() // TopoJSON: the type says how deep they are nested.
  return rings.map((ring) => {
    const points = ring.flatMap((at) => {
      const arc = at < 0 ? [...(arcs[~at] ?? [])].reverse() : (arcs[at] ?? [])
      return arc.slice(1)
    })
    const line = unwrap(points)
    const turn = line.some(([longitude]) => longitude < -180.5) ? 360 : 0
    const whole = line.map(([longitude, latitude]): Point => {
      const [x, y] = project([longitude + turn, latitude])
      return [Math.round(x), Math.round(y)]
    })
    return whole.filter(([x, y], at) => x !== whole.at(at - 1)?.[0] || y !== whole.at(at - 1)?.[1])
  })
}

function largest(rings: readonly (readonly Point[])[]): readonly (readonly Point[])[] {
  const sorted = rings.filter((ring) => ring.length > 2).toSorted((a, b) => areaOf(b) - areaOf(a))
  const large = sorted.filter((ring) => areaOf(ring) >= MIN_AREA)
  return large.length > 0 ? large : sorted.slice(0, 1)
}

function areaOf(ring: readonly Point[]): number {
  return Math.abs(ring.reduce((sum, [x, y], at) => sum + x * (ring.at(at - 1)?.[1] ?? 0) - (ring.at(at - 1)?.[0] ?? 0) * y, 0)) / 2
}

function toPath(ring: readonly Point[]): string {
  const steps = ring.map(([x, y], at) => {
    const before = ring[at - 1]
    const [dx, dy] = before === undefined ? [x - left, y - top] : [x - before[0], y - before[1]]
    return `${dx < 0 ? '' : ' '}${dx}${dy < 0 ? '' : ' '}${dy}`
  })
  const [first = '', ...rest] = steps
  return `M${first.trim()}l${rest.join('').trim()}z`
}
