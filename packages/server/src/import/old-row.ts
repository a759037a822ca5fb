/** A request as API Analytics has stored it, with the names that its clients and its data API use. */
export interface OldRow {
  readonly created_at: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly response_time: number | null
  readonly hostname: string
  readonly ip_address: string
  readonly location: string
  readonly user_id: string
  readonly user_agent: string
  /** Empty where it is not told. */
  readonly framework: string
}

/** By the numbers under which they are stored. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'HEAD', 'TRACE'] as const
const FRAMEWORKS = ['FastAPI', 'Flask', 'Gin', 'Echo', 'Express', 'Fastify', 'Koa', 'Chi', 'Fiber', 'Actix', 'Axum', 'Tornado', 'Django', 'Rails', 'Laravel', 'Sinatra', 'Rocket', 'ASP.NET Core', 'Hono'] as const

/** A row of whatever its source calls its members: method and framework as numbers or words, an address with or without its network. */
export function toOldRow(value: Readonly<Record<string, unknown>>): OldRow {
  const text = (name: string) => (value[name] === null || value[name] === undefined ? '' : String(value[name]))
  const method = text('method')
  const framework = text('framework')
  return {
    created_at: text('created_at'),
    method: /^\d$/.test(method) ? (METHODS[Number(method)] ?? '') : method,
    path: text('path'),
    status: Number(value['status']),
    response_time: text('response_time') === '' ? null : Number(value['response_time']),
    hostname: text('hostname'),
    // PostgreSQL writes the type cidr with the length of its network.
    ip_address: text('ip_address').replace(/\/\d+$/, ''),
    location: text('location'),
    user_id: text('user_id'),
    user_agent: text('user_agent'),
    framework: /^\d+$/.test(framework) ? (FRAMEWORKS[Number(framework)] ?? '') : framework,
  }
}
