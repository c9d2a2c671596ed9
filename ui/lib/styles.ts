declare const STYLES: Record<string, string>

const loading = new Map<string, Promise<void>>()

const load = (name: string): Promise<void> => {
  const href = STYLES[name]
  if (!href) return Promise.reject(new Error(`There is no stylesheet ${name}.`))
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.href = href
    link.onload = () => resolve()
    link.onerror = () => {
      loading.delete(name)
      link.remove()
      reject(new Error(`The stylesheet ${name} did not load.`))
    }
    document.head.append(link)
  })
}

/** Loads stylesheets by file name, each once; resolves when all of them apply. */
export const loadStyles = async (names: readonly string[]): Promise<void> => {
  await Promise.all(
    names.map((name) => {
      const known = loading.get(name) ?? load(name)
      loading.set(name, known)
      return known
    }),
  )
}
