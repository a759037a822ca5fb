import type { DimensionValue } from '@wayside/protocol'
import { Fragment } from 'preact'

/** A method and a route; a method alone is of requests that matched none. */
export function EndpointName({ endpoint }: { readonly endpoint: DimensionValue }) {
  const text = String(endpoint)
  const space = text.indexOf(' ')
  const [method, route] = space === -1 ? [text, null] : [text.slice(0, space), text.slice(space + 1)]
  return (
    <span class="endpoint">
      <span class="method">{method}</span>{' '}
      {route === null ? <em class="quiet">no route matched</em> : <Route route={route} />}
    </span>
  )
}

/** Breaks long templates after a slash rather than inside a name. */
function Route({ route }: { readonly route: string }) {
  return (
    <bdi class="route">
      {route.split(/(?<=\/)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  )
}
