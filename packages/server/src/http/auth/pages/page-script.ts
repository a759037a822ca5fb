/**
 * What makes the forms of these pages work: a form sends its fields as JSON to its action and shows what the server
 * says. It knows no page; the forms tell by attributes:
 * - `data-method`: the method, where it is not POST;
 * - `data-next`: where to go when it is done; `data-done`: what to say then;
 * - `data-go`: name of a member of the answer that says where to go;
 * - `data-show`: name of a member of the answer that is shown, as a link when it is one;
 * - an input `data-from-link` holds what follows # in the address, which leaves the address bar;
 * - an element `data-when="code"` is shown once the server asks for it;
 * - an element `data-me="email"` shows who is logged in.
 * Texts are set as texts: nothing that the server sends becomes markup.
 */
export const PAGE_SCRIPT = `'use strict'
const base = document.documentElement.dataset.base

async function ask(method, path, body) {
  const init = { method, headers: {}, credentials: 'same-origin' }
  if (body !== undefined) {
    init.headers['content-type'] = 'application/json'
    init.body = JSON.stringify(body)
  }
  try {
    const response = await fetch(base + path, init)
    const answer = await response.json()
    return response.ok ? { answer } : { problem: answer.detail, status: response.status }
  } catch {
    return { problem: 'The server cannot be reached. Try again.' }
  }
}

function fieldsOf(form) {
  const body = {}
  for (const input of form.elements) {
    if (!input.name || input.closest('[hidden]')) continue
    if (input.type === 'checkbox') body[input.name] = input.checked
    else if (input.dataset.number !== undefined) body[input.name] = Number(input.value)
    else if (input.dataset.null !== undefined) body[input.name] = null
    else if (input.dataset.true !== undefined) body[input.name] = true
    else body[input.name] = input.value
  }
  return body
}

async function submit(form) {
  const alert = form.querySelector('[role=alert]')
  const status = form.querySelector('[role=status]')
  const button = form.querySelector('button')
  alert.textContent = ''
  if (status) status.textContent = ''
  button.disabled = true
  const { answer, problem } = await ask(form.dataset.method || 'POST', form.getAttribute('action'), fieldsOf(form))
  button.disabled = false
  if (problem !== undefined) {
    alert.textContent = problem
    const first = form.querySelector('input:not([type=hidden])')
    if (first) first.focus()
    return
  }
  if (answer.loggedIn === false && form.querySelector('[data-when=code]')) {
    const part = form.querySelector('[data-when=code]')
    part.hidden = false
    part.querySelector('input').focus()
    return
  }
  if (form.dataset.show) status.textContent = show(answer[form.dataset.show])
  else if (status) status.textContent = form.dataset.done
  for (const password of form.querySelectorAll('input[type=password]')) password.value = ''
  // Nothing more is asked of a page that is left: its answer could lead elsewhere.
  if (form.dataset.go !== undefined) return location.assign(answer[form.dataset.go])
  if (form.dataset.next !== undefined) return location.assign(base + form.dataset.next)
  if (form.dataset.fill) fill(form.dataset.fill, answer)
  await load()
}

function show(value) {
  return value.startsWith(base + '/') ? location.origin + value : value
}

function fill(id, answer) {
  const part = document.getElementById(id)
  part.hidden = false
  for (const place of part.querySelectorAll('[data-value]')) {
    const value = answer[place.dataset.value]
    if (place.localName === 'a') place.href = value
    else if (place.localName === 'img') place.src = value
    else if ('value' in place) place.value = value
    else place.textContent = value
  }
}

function addRow(table, texts) {
  const row = table.insertRow()
  for (const text of texts) row.insertCell().textContent = text
  return row
}

/** Fills in what is known of who is logged in, and of the others. */
async function load() {
  if (!document.querySelector('[data-me]')) return
  const { answer: me, status } = await ask('GET', '/api/v1/me')
  if (status === 401) location.assign(base + '/login')
  if (!me) return
  for (const place of document.querySelectorAll('[data-me]')) place.textContent = me[place.dataset.me]
  for (const part of document.querySelectorAll('[data-if]')) {
    const is = { codes: me.hasCodes, noCodes: !me.hasCodes, manager: me.role === 'owner' || me.role === 'admin' }
    part.hidden = !is[part.dataset.if]
  }
  const projects = document.querySelector('[data-table=projects] tbody')
  projects.replaceChildren()
  for (const { name, id, role, removedAt } of me.projects) {
    const row = addRow(projects, ['', role, id])
    const link = document.createElement('a')
    link.textContent = name
    // The dashboard takes it out of the address.
    link.href = base + '/#key=project:' + encodeURIComponent(id)
    row.cells[0].append(link)
    if (removedAt) row.cells[0].append(' Nobody uses it: it will be removed on ' + new Date(removedAt).toISOString().slice(0, 10) + ' unless somebody opens it before.')
  }
  const table = document.querySelector('[data-table=people] tbody')
  if (table.closest('[hidden]')) return
  const { answer: all } = await ask('GET', '/api/v1/people')
  table.replaceChildren()
  for (const { id, email, role, hasPassword, hasCodes } of all ? all.people : []) addRow(table, [String(id), email, role, hasPassword ? (hasCodes ? 'password and codes' : 'password') : 'invited'])
}

const token = location.hash.slice(1)
const holder = document.querySelector('[data-from-link]')
if (holder && token) {
  holder.value = token
  // The token stays in no history.
  history.replaceState(null, '', location.pathname)
}
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submit(form)
  })
}
void load()
`
