/// The frame of every page, and the pages of coming in.
enum Templates {
    /// The frame.
    static let frame = """
        <!DOCTYPE html>
        <html lang="en-GB">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} - syncd</title>
        <link rel="stylesheet" href="/style.css">
        </head>
        <body>
        <a class="skip" href="#main">Skip to the page</a>
        <header>
        <p class="brand">syncd</p>
        {{#who}}
        <form method="post" action="/logout">
        <input type="hidden" name="csrf" value="{{formKey}}">
        <span>{{who}}</span>
        <button class="quiet">Log out</button>
        </form>
        {{/who}}
        </header>
        <main id="main">
        {{$body}}{{/body}}
        </main>
        </body>
        </html>

        """

    /// Name and password.
    static let login = """
        {{<frame}}{{$body}}
        <h1>Log in</h1>
        {{#sentence}}<p class="wrong" role="alert">{{sentence}}</p>{{/sentence}}
        <form method="post" action="/login" class="card">
        <input type="hidden" name="csrf" value="{{formKey}}">
        <label for="name">User name</label>
        <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button>Go on</button>
        </form>
        <p>The first time? <a href="/first">Set your password with your invitation</a>.</p>
        {{/body}}{{/frame}}
        """

    /// The second step.
    static let code = """
        {{<frame}}{{$body}}
        <h1>Second step</h1>
        {{#sentence}}<p class="wrong" role="alert">{{sentence}}</p>{{/sentence}}
        <form method="post" action="/login/code" class="card">
        <input type="hidden" name="csrf" value="{{formKey}}">
        <label for="code">The six digits that your authenticator app shows now</label>
        <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" \
        required>
        <button>Log in</button>
        </form>
        <p><a href="/login">Begin again with name and password</a>.</p>
        {{/body}}{{/frame}}
        """

    /// The first time.
    static let first = """
        {{<frame}}{{$body}}
        <h1>Set your password</h1>
        {{#sentence}}<p class="wrong" role="alert">{{sentence}}</p>{{/sentence}}
        <form method="post" action="/first" class="card">
        <input type="hidden" name="csrf" value="{{formKey}}">
        <label for="name">User name</label>
        <input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required>
        <label for="invitation">The invitation that you were given</label>
        <input id="invitation" name="invitation" autocomplete="off" autocapitalize="none" spellcheck="false" required>
        <label for="password">The password that you choose: twelve characters or more</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required>
        <label for="again">The password again</label>
        <input id="again" name="again" type="password" autocomplete="new-password" required>
        <button>Set the password</button>
        </form>
        {{/body}}{{/frame}}
        """

    /// The password is set.
    static let enrolled = """
        {{<frame}}{{$body}}
        <h1>Your password is set</h1>
        {{#secret}}
        <p>Your role needs a second step. Let an authenticator app on your phone read this, or enter the key below it, as a \
        key that goes by time; neither is shown again:</p>
        {{#path}}
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{size}} {{size}}" width="240" height="240" role="img" \
        aria-label="QR code of the key below"><path fill="#fff" d="M0 0h{{size}}v{{size}}H0z"/><path fill="#000" \
        d="{{path}}"/></svg>
        {{/path}}
        <p class="secret"><code>{{secret}}</code></p>
        <p>On a phone, this may do it by itself: <a href="{{address}}">open the authenticator app</a>.</p>
        {{/secret}}
        <p><a class="button" href="/login">Log in</a></p>
        {{/body}}{{/frame}}
        """

    /// A refusal, or what was done.
    static let message = """
        {{<frame}}{{$body}}
        <h1>{{title}}</h1>
        {{#sentences}}<p{{#isWrong}} class="wrong" role="alert"{{/isWrong}}>{{.}}</p>{{/sentences}}
        <p><a class="button" href="{{back}}">{{backWords}}</a></p>
        {{/body}}{{/frame}}
        """
}
