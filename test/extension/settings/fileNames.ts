/** Names of files that are known to hold secrets: those that scanners look for, and where today's tools keep theirs. */
export const NAMES_OF_SECRETS: readonly string[] = `
.env .env.local .env.production production.env .envrc .flaskenv .dev.vars app/.Renviron
server.pem server.key login.ppk AuthKey_2X9R4HXF34.p8 store.p12 store.pfx private.pkcs12 platform.pk8 debug.jks old.jceks debug.keystore
krb5.keytab login.keychain login.keychain-db 1Password.agilekeychain kdewallet.kwallet old.kdb all.kdbx all.psafe3 mail.gpg mail.pgp
disk.bek id_rsa id_rsa.bak id_dsa id_ecdsa id_ed25519 id_ed25519_sk deploy_rsa github_ed25519 otr.private_key private_key.json secring.gpg
.ssh/config .ssh/authorized_keys .gnupg/pubring.kbx .password-store/mail/ann.gpg
secret.yaml secret.yml secret.json secrets.yaml secrets.json secrets.toml db-secret.yaml db-secrets.yml app.secret .secrets secrets/production/db.txt
config/master.key config/credentials.yml.enc config/initializers/secret_token.rb AppData/Roaming/Microsoft/UserSecrets/1a/secrets.json
passwords.txt passwords.csv api.token token.json credentials credentials.json credentials.xml .git-credentials .gem/credentials
.aws/credentials .aws/config .azure/accessTokens.json .azure/msal_token_cache.json .oci/config .bluemix/config.json
.config/gcloud/credentials.db .config/gcloud/application_default_credentials.json AppData/Roaming/gcloud/legacy_credentials/ann/adc.json
service-account.json service-account-prod.json service_account.json serviceAccountKey.json my-service-account.json
app-firebase-adminsdk-x1.json client_secret_1.apps.googleusercontent.com.json google-services.json GoogleService-Info.plist
.boto .s3cfg .passwd-s3fs rclone.conf .databrickscfg .snowsql/config .dbt/profiles.yml .kaggle/kaggle.json .cache/huggingface/token
.config/doctl/config.yaml .config/gh/hosts.yml .config/hub .config/configstore/firebase-tools.json .cloudflared/cert.json
ngrok.yml azure.publishsettings ServiceConfiguration.cscfg local.settings.json
.docker/config.json .dockercfg .dockerconfigjson .kube/config kubeconfig kubeconfig.yaml prod.kubeconfig
terraform.tfstate terraform.tfstate.backup prod.tfvars terraform.tfvars.json prod.auto.tfvars.json .terraformrc terraform.rc
.terraform.d/credentials.tfrc.json .pulumi/credentials.json .vault-token .vault_pass vault_pass.txt .chef/knife.rb knife.rb
.netrc _netrc .npmrc .pypirc .bundle/config .cargo/credentials.toml .m2/settings.xml .m2/settings-security.xml .gradle/gradle.properties
NuGet.Config .composer/auth.json hudson.util.Secret jenkins.plugins.publish_over_ssh.BapSshPublisherPlugin.xml
.pgpass pgpass.conf .my.cnf .mylogin.cnf .mongorc.js .dbshell config/database.yml robomongo.json .dbeaver-data-sources.xml
.htpasswd .htdigest proftpdpasswd etc/shadow wp-config.php wp-config-sample.php LocalSettings.php
office.ovpn office.tblk server.rdp etc/wireguard/peer.conf wg0.conf filezilla.xml sitemanager.xml recentservers.xml WinSCP.ini
sftp-config.json .vscode/sftp.json .ftpconfig .remote-sync.json .smbcredentials .vnc/passwd .subversion/auth/svn.simple/1 .p4tickets .wgetrc .curlrc
.muttrc .msmtprc .fetchmailrc .authinfo .irssi/config .purple/accounts.xml
.bash_history .zsh_history .sh_history .history .zhistory .mysql_history .psql_history .sqlite_history .rediscli_history .irb_history
.python_history .node_repl_history .local/share/fish/fish_history PSReadLine/ConsoleHost_history.txt .history/src/.env_20260101
.extra .exports
key.pkcs8 release.bks bitlocker.tpm .token .credentials.json gcloud/access_tokens.db .ossutilconfig .huggingface/token .cache/huggingface/stored_tokens
.config/glab-cli/config.yml .config/op/config .fly/config.yml .vault-pass vault-password.txt dbeaver-data-sources.xml htpasswd etc/gshadow servers.rdg`
  .trim()
  .split(/\s+/);

/** Names that only sound like it, in which people want suggestions. */
export const NAMES_OF_ORDINARY_FILES: readonly string[] = `
src/environment.ts src/env.py keyboard.ts keys.go src/secret.ts SecretsManager.java src/secret_store.rs tokenizer.json tokens.css token.ts
password.py src/auth.ts auth/login.go authorize.json history.md order_history.py .gitignore .gitattributes .editorconfig package.json tsconfig.json
settings.py settings.json config.json config.yml docker-compose.yml Dockerfile main.tf variables.tf app.config gradle.properties build.gradle
pom.xml web.config README.md docs/private.md src/private-keys.md wgsl.conf shadow.css private_key_parser.py manual.asc kube.go gcloud.sh
profiles.yml hosts.yml Makefile data.csv test.rb .bashrc .zshrc .profile .vimrc Untitled-1`
  .trim()
  .split(/\s+/);
