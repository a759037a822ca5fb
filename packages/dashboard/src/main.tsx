import { render } from 'preact'
import { App } from './app.tsx'
import { createDashboard } from './state/dashboard.ts'
import { toQuestion } from './views/views.ts'
import './styles/index.css'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html must have an element with the id "app"')
const dashboard = createDashboard(window, toQuestion)
if (dashboard !== null) render(<App dashboard={dashboard} />, root)
