/// Who stands in for the head.
enum ProxyTemplate {
    static let proxy = """
        {{<frame}}{{$body}}
        <h1>Who stands in for you</h1>
        {{#sentence}}<p class="wrong" role="alert">{{sentence}}</p>{{/sentence}}
        {{#sheet}}
        <p><a href="/schools/{{school.id}}">Back to {{school.name}}</a></p>
        <p>A head proxy accepts and withdraws reports in your place. You alone appoint and remove one, among people who \
        have a role at your school.</p>
        {{^proxies}}<p>Nobody stands in for you now.</p>{{/proxies}}
        {{#hasProxies}}
        <form method="post" action="/schools/{{school.id}}/proxy" class="card">
        <h2>Remove</h2>
        <input type="hidden" name="csrf" value="{{formKey}}">
        <input type="hidden" name="act" value="remove">
        <label for="remove-name">Stands in for you</label>
        <select id="remove-name" name="name">{{#proxies}}<option>{{.}}</option>{{/proxies}}</select>
        <input name="user" value="{{who}}" autocomplete="username" hidden>
        <label for="remove-password">Your password once more</label>
        <input id="remove-password" name="password" type="password" autocomplete="current-password" required>
        <button>Remove</button>
        </form>
        {{/hasProxies}}
        {{#hasCandidates}}
        <form method="post" action="/schools/{{school.id}}/proxy" class="card">
        <h2>Appoint</h2>
        <input type="hidden" name="csrf" value="{{formKey}}">
        <input type="hidden" name="act" value="appoint">
        <label for="appoint-name">People with a role at your school</label>
        <select id="appoint-name" name="name">{{#candidates}}<option>{{.}}</option>{{/candidates}}</select>
        <input name="user" value="{{who}}" autocomplete="username" hidden>
        <label for="appoint-password">Your password once more</label>
        <input id="appoint-password" name="password" type="password" autocomplete="current-password" required>
        <button>Appoint</button>
        </form>
        {{/hasCandidates}}
        {{^hasCandidates}}<p>Nobody else has a role at your school: your operator adds people.</p>{{/hasCandidates}}
        {{/sheet}}
        {{/body}}{{/frame}}
        """
}
