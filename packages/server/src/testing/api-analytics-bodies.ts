const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'
export const NOON = '2026-01-01T12:00:00'

/** What `/api/data` answers for a row, beside what a case says. */
export const ANSWER = {
  hostname: 'api.example.com',
  ip_address: '203.0.113.7',
  path: '/users/42',
  user_agent: BROWSER,
  method: 'GET',
  status: 200,
  response_time: 12,
  user_id: '',
}

/** Bodies as the clients of each language write them: order of members, null or empty for absent, form of the time. */
export const CLIENTS: readonly { readonly name: string; readonly body: (key: string) => string; readonly answer: object }[] = [
  {
    name: 'Node (Express, NestJS, Koa, Fastify, H3): host with port, query in the path, user id null',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com:3000","ip_address":"::ffff:203.0.113.7","user_agent":"${BROWSER}","path":"/users/42?token=secret","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"NestJS","privacy_level":0}`,
    answer: { hostname: 'api.example.com:3000', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Node without a user agent: the member is absent',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"Express","privacy_level":0}`,
    answer: { user_agent: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Node 1.1.3: neither privacy level nor user id, seconds as response time',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","status":200,"method":"GET","response_time":0.012,"created_at":"${NOON}.123Z"}],"framework":"Express"}`,
    answer: { response_time: 0, created_at: `${NOON}.123Z` },
  },
  {
    name: 'Bun, Elysia, Hono, Oak: no port, no query, no IP',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":null,"user_agent":"${BROWSER}","path":"/users/42","status":200,"method":"GET","response_time":12,"user_id":null,"created_at":"${NOON}.123Z"}],"framework":"Elysia","privacy_level":0}`,
    answer: { ip_address: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Python (FastAPI, Flask, Django, Tornado, aiohttp, Sanic, Falcon): microseconds without a zone, nulls',
    body: (key) =>
      `{"api_key": "${key}", "requests": [{"hostname": "api.example.com", "ip_address": "203.0.113.7", "path": "/users/42", "user_agent": null, "method": "GET", "status": 200, "response_time": 12, "user_id": null, "created_at": "${NOON}.123456"}], "framework": "aiohttp", "privacy_level": 0}`,
    answer: { user_agent: '', created_at: `${NOON}.123Z` },
  },
  {
    name: 'Go (Gin, Echo, Fiber, Chi): an offset, whole seconds, empty texts',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","user_agent":"${BROWSER}","method":"GET","response_time":12,"status":200,"user_id":"","created_at":"2026-01-01T14:00:00+02:00"}],"framework":"Gin","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'Rust (Actix, Axum, Rocket): nanoseconds with an offset',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}.123456789+00:00"}],"framework":"Axum","privacy_level":0}`,
    answer: { created_at: `${NOON}.123Z` },
  },
  {
    name: 'Ruby (Rails, Sinatra): Z without a fraction',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","path":"/users/42","user_agent":"${BROWSER}","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}Z"}],"framework":"Rails","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'PHP (Laravel, native): escaped slashes',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":${JSON.stringify(BROWSER).replaceAll('/', '\\/')},"path":"\\/users\\/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"${NOON}Z"}],"framework":"Native PHP","privacy_level":0}`,
    answer: { created_at: `${NOON}.000Z` },
  },
  {
    name: 'C# (ASP.NET Core): milliseconds and an offset',
    body: (key) =>
      `{"api_key":"${key}","requests":[{"hostname":"api.example.com","ip_address":"203.0.113.7","user_agent":"${BROWSER}","path":"/users/42","method":"GET","response_time":12,"status":200,"user_id":null,"created_at":"2026-01-01T13:00:00.123+01:00"}],"framework":"ASP.NET Core","privacy_level":0}`,
    answer: { created_at: `${NOON}.123Z` },
  },
]
