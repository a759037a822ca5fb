import { render } from 'preact'
import { App } from './app.tsx'
import { createDashboard } from './state/dashboard.ts'
import { readShareLink } from './state/share-link.ts'
import { toSharedQuestion } from './views/to-shared-question.ts'
import { toQuestion } from './views/views.ts'
import './styles/index.css'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html must have an element with the id "app"')
const share = readShareLink(window.location.href)
const dashboard = createDashboard(window, share === null ? toQuestion : (page) => toSharedQuestion(toQuestion(page)), share)
if (dashboard !== null) render(<App dashboard={dashboard} />, root)
