/// The pages of a school.
enum SchoolTemplates {
    /// Which school.
    static let schools = """
        {{<frame}}{{$body}}
        <h1>Your schools</h1>
        {{^schools}}<p>There is no school here that you may look at. Ask your operator for a role.</p>{{/schools}}
        <ul class="plain">
        {{#schools}}<li><a href="/schools/{{id}}">{{name}}</a> <span class="note">{{key}}</span></li>
        {{/schools}}
        </ul>
        {{/body}}{{/frame}}
        """

    /// Everything that is needed to decide.
    static let school = """
        {{<frame}}{{$body}}
        {{#sheet}}
        {{#hasOthers}}<p><a href="/">Your schools</a></p>{{/hasOthers}}
        <h1>{{school.name}}</h1>
        <dl class="facts">
        <dt>School</dt><dd>{{school.key}}</dd>
        <dt>Runs</dt><dd>{{mis}}</dd>
        <dt>Licence key</dt><dd><code>{{licenceKey}}</code></dd>
        <dt>Phase</dt><dd>{{phase}}</dd>
        <dt>Agent</dt><dd>{{agent}}</dd>
        </dl>
        <h2 id="reports">Reports</h2>
        {{#canAccept}}<p>Nothing leaves the school that you have not accepted here. Tick what may leave, then choose \
        Accept: the next page says what follows, and asks once more.</p>{{/canAccept}}
        {{^canAccept}}<p class="note">You can look at this page. Only the head teacher or a head proxy can accept.</p>\
        {{/canAccept}}
        <form method="get" action="/schools/{{school.id}}/accept">
        <input type="hidden" name="list" value="{{listVersion}}">
        {{#reports}}
        <section class="report{{#isAccepted}} accepted{{/isAccepted}}" aria-labelledby="report-{{name}}">
        <h3 id="report-{{name}}">{{#isAccepted}}<span class="square" aria-hidden="true"></span>{{/isAccepted}}{{title}} \
        <span class="state">{{state}}</span></h3>
        <p>{{purpose}}</p>
        {{#canAccept}}{{#isOpen}}<p><label class="tick"><input type="checkbox" name="report[]" value="{{name}}"> \
        Tick to accept {{title}}, version {{version}}</label></p>{{/isOpen}}{{/canAccept}}
        <dl class="facts">
        <dt>Goes to</dt><dd>{{recipients}}</dd>
        <dt>Their part</dt><dd>{{role}}</dd>
        <dt>The law</dt><dd>{{lawfulBasis}}</dd>
        <dt>Agreements</dt><dd>{{agreements}}</dd>
        <dt>Kept</dt><dd>{{retention}}</dd>
        {{#duty}}<dt>Your duty</dt><dd>{{duty}}</dd>{{/duty}}
        <dt>Would go</dt><dd>{{pupils}}</dd>
        </dl>
        {{> fields}}
        {{#canAccept}}{{#isAccepted}}<p><a href="/schools/{{school.id}}/withdraw?report%5B%5D={{name}}">Withdraw \
        {{title}}</a></p>{{/isAccepted}}{{/canAccept}}
        </section>
        {{/reports}}
        {{#canAccept}}<p><button>Accept Selected Reports</button></p>{{/canAccept}}
        </form>
        {{#canAppoint}}<p><a href="/schools/{{school.id}}/proxy">Who stands in for you</a></p>{{/canAppoint}}
        <h2>Tasks</h2>
        {{^tasks}}<p>No task sends anything yet.</p>{{/tasks}}
        <ul class="plain">
        {{#tasks}}<li>{{name}}: {{report}}, {{state}}</li>
        {{/tasks}}
        </ul>
        <h2>Upload History</h2>
        {{^uploads}}<p>No export has run yet.</p>{{/uploads}}
        {{#hasUploads}}
        <table>
        <thead><tr><th scope="col">Time</th><th scope="col">Report</th><th scope="col">File</th>\
        <th scope="col">Result</th></tr></thead>
        <tbody>
        {{#uploads}}<tr><td>{{time}}</td><td>{{report}}</td><td>{{file}}</td><td>{{result}}</td></tr>
        {{/uploads}}
        </tbody>
        </table>
        {{/hasUploads}}
        {{/sheet}}
        {{/body}}{{/frame}}
        """

    /// What would go under a report.
    static let fields = """
        <details><summary>The fields of {{title}}, and for how many pupils</summary>
        <table>
        <thead><tr><th scope="col">Group</th><th scope="col">Fields</th><th scope="col">Pupils</th></tr></thead>
        <tbody>
        {{#groups}}<tr><th scope="row">{{name}}</th><td>{{fields}}</td><td>{{pupils}}</td></tr>
        {{/groups}}
        </tbody>
        </table>
        </details>

        """

    /// What follows from accepting or withdrawing, and the question.
    static let confirm = """
        {{<frame}}{{$body}}
        <h1>{{title}}</h1>
        {{#sentence}}<p class="wrong" role="alert">{{sentence}}</p>{{/sentence}}
        <p>{{school.name}} <span class="note">{{school.key}}</span></p>
        {{#reports}}
        <section class="report" aria-labelledby="report-{{name}}">
        <h2 id="report-{{name}}">{{title}} <span class="state">version {{version}}</span></h2>
        <p>{{purpose}}</p>
        {{#duty}}<p class="wrong"><strong>This report is a duty of the school's.</strong> Stopping it stops no duty: \
        {{duty}}</p>{{/duty}}
        <dl class="facts">
        <dt>Goes to</dt><dd>{{recipients}}</dd>
        <dt>Their part</dt><dd>{{role}}</dd>
        <dt>Would go</dt><dd>{{pupils}}</dd>
        </dl>
        {{> fields}}
        </section>
        {{/reports}}
        <h2>What follows</h2>
        <ul>
        {{#follows}}<li>{{.}}</li>
        {{/follows}}
        </ul>
        <form method="post" action="{{action}}" class="card">
        <input type="hidden" name="csrf" value="{{formKey}}">
        <input type="hidden" name="list" value="{{list}}">
        {{#reports}}<input type="hidden" name="report[]" value="{{name}}">{{/reports}}
        <input name="name" value="{{who}}" autocomplete="username" hidden>
        <label for="password">Your password once more, so that nobody decides at a screen that you have left</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>{{button}}</button>
        <a href="/schools/{{school.id}}">Go back without a change</a>
        </form>
        {{/body}}{{/frame}}
        """
}
