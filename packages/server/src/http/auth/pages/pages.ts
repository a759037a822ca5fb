/** The pages on which people log in, by their addresses. They hold no data: their script asks for it. */
export const PAGES: Readonly<Record<string, { readonly title: string; readonly body: string }>> = {
  '/login': {
    title: 'Log in',
    body: `<form action="/api/v1/login" data-next="/account">
<label>E-mail address <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label data-when="code" hidden>Code of your authenticator app <input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,7}"></label>
<p role="alert"></p>
<button>Log in</button>
</form>
<p>Forgot the password? Somebody who looks after people here can give you a link, or <code>wayside people link</code> on the server.</p>`,
  },
  '/setup': {
    title: 'Set up this server',
    body: `<p>You become its first owner. Owners decide who else may log in.</p>
<form action="/api/v1/setup" data-next="/account">
<input type="hidden" name="token" data-from-link>
<label>E-mail address <input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="new-password" minlength="12" required aria-describedby="rule"></label>
<p id="rule" class="hint">12 characters or more; a few words are easy to keep in mind.</p>
<p role="alert"></p>
<button>Become the owner</button>
</form>`,
  },
  '/welcome': {
    title: 'Choose a password',
    body: `<form action="/api/v1/password" data-next="/login">
<input type="hidden" name="token" data-from-link>
<label>Password <input name="password" type="password" autocomplete="new-password" minlength="12" required autofocus aria-describedby="rule"></label>
<p id="rule" class="hint">12 characters or more; a few words are easy to keep in mind.</p>
<p role="alert"></p>
<button>Choose it</button>
</form>`,
  },
  '/account': {
    title: 'Your account',
    body: `<p>You are <strong data-me="email"></strong>, <span data-me="role"></span> of this server.</p>
<form action="/api/v1/logout" data-next="/login"><p role="alert"></p><button>Log out</button></form>
<form action="/api/v1/logout" data-next="/login"><input type="hidden" name="everywhere" data-true value="true"><p role="alert"></p><button>Log out everywhere</button></form>

<h2>Projects</h2>
<table data-table="projects"><thead><tr><th scope="col">Name</th><th scope="col">Your role</th><th scope="col">Id</th></tr></thead><tbody></tbody></table>

<h2>Password</h2>
<form action="/api/v1/me/password" data-method="PUT" data-done="It is changed. All other sessions of yours have ended.">
<input type="text" autocomplete="username" hidden>
<label>Present password <input name="current" type="password" autocomplete="current-password" required></label>
<label>New password <input name="password" type="password" autocomplete="new-password" minlength="12" required></label>
<p role="alert"></p><p role="status"></p>
<button>Change it</button>
</form>

<h2>Codes</h2>
<div data-if="noCodes" hidden>
<p>With codes of an authenticator app your password alone lets nobody in.</p>
<form action="/api/v1/me/codes" data-fill="codes"><p role="alert"></p><button>Begin</button></form>
<div id="codes" hidden>
<img data-value="image" alt="QR code of the text below" width="240" height="240">
<p>Let the app read the code, or add this to it by its text or, on the machine that has the app, by <a data-value="url">this link</a>: <code data-value="secret"></code></p>
<form action="/api/v1/me/codes" data-method="PUT" data-done="A login takes a code from now on.">
<input type="hidden" name="secret" data-value="secret">
<label>Code that the app shows <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p role="alert"></p><p role="status"></p>
<button>Use codes</button>
</form>
</div>
</div>
<div data-if="codes" hidden>
<p>Your login takes a code.</p>
<form action="/api/v1/me/codes" data-method="PUT" data-done="A login takes no code any more.">
<input type="hidden" name="secret" data-null>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p role="alert"></p><p role="status"></p>
<button>Do without codes</button>
</form>
</div>

<section data-if="manager" hidden>
<h2>People</h2>
<table data-table="people"><thead><tr><th scope="col">No.</th><th scope="col">E-mail address</th><th scope="col">Role</th><th scope="col">Logs in with</th></tr></thead><tbody></tbody></table>
<form action="/api/v1/people" data-show="link">
<h3>Invite somebody</h3>
<label>E-mail address <input name="email" type="email" autocomplete="off" required></label>
<label>Role <select name="role"><option>viewer</option><option>member</option><option>admin</option><option>owner</option></select></label>
<p role="alert"></p><p role="status"></p>
<button>Make a link</button>
</form>
<form action="/api/v1/people/grant" data-method="PUT" data-done="Done.">
<h3>Let somebody into a project</h3>
<label>Number of the person <input name="person" data-number inputmode="numeric" pattern="[0-9]+" required></label>
<label>Id of the project <input name="project" autocomplete="off" required></label>
<label>Role <select name="role"><option>viewer</option><option>member</option><option>admin</option></select></label>
<p role="alert"></p><p role="status"></p>
<button>Let in</button>
</form>
<form action="/api/v1/projects" data-done="It is made.">
<h3>Make a project</h3>
<label>Name <input name="name" autocomplete="off" maxlength="64" required></label>
<p role="alert"></p><p role="status"></p>
<button>Make it</button>
</form>
</section>`,
  },
}
