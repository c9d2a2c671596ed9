const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Vivaldi\//, 'Vivaldi'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/HeadlessChrome\/|Chromium\/|Chrome\/|CriOS\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'an iPhone'],
  [/iPad/, 'an iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'a Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const first = (list: typeof browsers, agent: string) => list.find(([sign]) => sign.test(agent))?.[1]

/** "Firefox on Linux"; for what is no browser, the name that it gives itself. */
export const programOf = (agent: string): string => {
  const browser = first(browsers, agent)
  if (!browser) return agent.split(/[\s(]/)[0]?.slice(0, 60) || 'A program without a name'
  const system = first(systems, agent)
  return system ? `${browser} on ${system}` : browser
}
