/// The page of a history: Mustache, which escapes what it puts in.
enum StoryTemplate {
    /// The whole page; nothing is fetched from anywhere.
    static let page = """
        <!DOCTYPE html>
        <html lang="en-GB">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
        <h1>{{title}}</h1>
        <dl>
        {{#facts}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/facts}}
        </dl>
        <p class="counts">{{#counts}}<span><b>{{number}}</b> {{word}}</span>{{/counts}}</p>
        {{#notes}}
        <p class="note">{{.}}</p>
        {{/notes}}
        </header>
        <main>
        {{#days}}
        <h2>{{day}}</h2>
        {{#events}}
        <section id="{{id}}" class="{{sort}}">
        <h3><time>{{time}}</time> {{what}}</h3>
        <p class="facts">{{#base}}School {{base}} · {{/base}}event {{position}}{{#by}} · by {{by}}{{/by}}{{#source}} · {{source}}{{/source}}{{#effective}} · in effect since event {{effective}}{{/effective}}</p>
        {{#files}}
        <p class="facts">Files: {{files}}</p>
        {{/files}}
        {{#changes}}
        <table>
        <thead><tr><th scope="col">What</th>{{#both}}<th scope="col">Before</th><th scope="col">After</th>{{/both}}{{^both}}<th scope="col">Value</th>{{/both}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th>{{#withheld}}<td class="withheld"{{#both}} colspan="2"{{/both}}>{{withheld}}</td>{{/withheld}}{{#shown}}{{#both}}<td class="before">{{before}}</td>{{/both}}<td>{{after}}</td>{{/shown}}</tr>
        {{/rows}}
        </tbody>
        </table>
        {{/changes}}
        </section>
        {{/events}}
        {{/days}}
        </main>
        </body>
        </html>

        """

    /// How it looks, on a screen and on paper.
    static let style = """
        :root { --ink: #1b2733; --soft: #5c6b7a; --line: #d8dfe6; --paper: #fff; --change: #2f6f9f; \
        --disclosure: #b25b00; --reading: #6b4fa0; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; color: var(--ink); background: var(--paper); \
        font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 1rem; }
        h2 { font-size: 1.05rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
        h3 { font-size: 1rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
        time { font-variant-numeric: tabular-nums; font-weight: 400; color: var(--soft); margin-right: .4rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0 0 1rem; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        .counts span { display: inline-block; margin: 0 1.5rem .5rem 0; } .counts b { font-size: 1.3rem; }
        .note { margin: .4rem 0; padding: .5rem .75rem; background: #f3f6f9; border-radius: .3rem; }
        section { margin: 0 0 1rem; padding: .35rem 0 .35rem .9rem; border-left: .25rem solid var(--change); \
        break-inside: avoid; }
        section.disclosure { border-color: var(--disclosure); } section.reading { border-color: var(--reading); }
        .facts { margin: .1rem 0; color: var(--soft); font-size: .87rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; margin: .4rem 0; width: 100%; font-size: .94rem; }
        th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); \
        overflow-wrap: anywhere; }
        thead th { color: var(--soft); font-weight: 400; font-size: .82rem; } tbody th { font-weight: 400; width: 14rem; }
        .before { color: var(--soft); text-decoration: line-through; } .withheld { font-style: italic; color: var(--soft); }
        @media print { body { max-width: none; padding: 0; font-size: 10pt; } section { border-left-width: 2pt; } }
        """
}
