/** A `fetch` whose server gives these answers in turn, and what it was asked. */
export function fakeFetch(...answers: (Response | Error)[]) {
  const asked: { readonly url: string; readonly init: RequestInit | undefined }[] = []
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push({ url: String(url), init })
    const answer = answers.shift() ?? new Error('asked too often')
    if (answer instanceof Error) throw answer
    return answer
  }
  return { asked, fetch }
}
