/// The one stylesheet: the system's letters, no pictures, nothing from elsewhere; in light and in dark.
enum Stylesheet {
    static let text = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #57606a; --line: #c9d1d9;
          --card: #f6f8fa; --act: #0b5cad; --on-act: #fff; --green: #1a7f37; --wrong: #a40e26; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9da7b3; --line: #3d444d; --card: #161b22;
            --act: #79b8ff; --on-act: #0d1117; --green: #56d364; --wrong: #ff9aa2; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 1.0625rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        header { display: flex; justify-content: space-between; align-items: center; gap: 1rem;
          padding: .5rem 1rem; border-bottom: 1px solid var(--line); }
        header form { display: flex; gap: 1rem; align-items: center; }
        .brand { margin: 0; font-weight: 700; }
        main { max-width: 50rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.75rem; line-height: 1.2; } h2 { font-size: 1.35rem; margin-top: 2rem; }
        h3 { font-size: 1.125rem; margin: 0 0 .5rem; }
        a { color: var(--act); }
        :focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
        [hidden] { display: none !important; }
        .skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); }
        label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
        label.tick { font-weight: 600; margin: 0; display: inline-flex; gap: .5rem; align-items: center; }
        input:not([type=checkbox]) { display: block; width: 100%; max-width: 26rem; padding: .5rem; font: inherit; color: inherit;
          background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; }
        select { display: block; width: 100%; max-width: 26rem; padding: .5rem; font: inherit; color: inherit;
          background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; }
        .card h2 { margin-top: 0; }
        input[type=checkbox] { width: 1.5rem; height: 1.5rem; flex: none; }
        button, .button { display: inline-block; margin: 1rem 1rem 0 0; padding: .6rem 1.1rem; font: inherit;
          font-weight: 600; color: var(--on-act); background: var(--act); border: 2px solid var(--act);
          border-radius: 4px; cursor: pointer; text-decoration: none; }
        button.quiet { margin: 0; padding: .3rem .7rem; color: var(--act); background: transparent; }
        .card, .report { padding: 1rem; margin: 1rem 0; background: var(--card); border: 1px solid var(--line);
          border-radius: 6px; }
        .report.accepted { border-left: 6px solid var(--green); }
        .square { display: inline-block; width: .9em; height: .9em; margin-right: .4em; background: var(--green);
          vertical-align: -.05em; forced-color-adjust: none; }
        .state, .note { color: var(--faint); font-weight: 400; font-size: 1rem; }
        .wrong { color: var(--wrong); font-weight: 600; }
        .secret { font-size: 1.25rem; overflow-wrap: anywhere; }
        dl.facts { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .25rem 1rem; margin: .75rem 0; }
        dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
        ul.plain { list-style: none; padding: 0; } ul.plain li { padding: .4rem 0; }
        details { margin: .75rem 0; } summary { cursor: pointer; }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9375rem; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); }
        th[scope=row] { font-weight: 600; }
        td { overflow-wrap: anywhere; }

        """
}
